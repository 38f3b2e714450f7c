"""A plain Channels consumer on a channels-redis layer, as in the Channels tutorial.

The layer is the pub/sub one: with the other it delivers less still.
"""

import json
import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="of a benchmark",
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None}]},
        }
    },
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402


class Watcher(AsyncWebsocketConsumer):
    """Joins the group of its topic and passes on what comes."""

    async def connect(self) -> None:
        self.topic = self.scope["url_route"]["kwargs"]["topic"]
        await self.channel_layer.group_add(self.topic, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.topic, self.channel_name)

    async def topic_update(self, message: dict) -> None:
        await self.send(text_data=json.dumps(message["content"]))


application = ProtocolTypeRouter(
    {"websocket": URLRouter([path("ws/<str:topic>", Watcher.as_asgi())])}
)
