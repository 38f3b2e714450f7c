"""FastAPI, uvicorn and Redis pub/sub.

The ConnectionManager of FastAPI's WebSocket guide, with the listener that a second process calls
for. The text is encoded once by whoever publishes, and sent as it is.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from redis.asyncio import Redis


class ConnectionManager:
    """The open sockets, by topic."""

    def __init__(self) -> None:
        self.active: dict[str, set[WebSocket]] = {}

    async def connect(self, socket: WebSocket, topic: str) -> None:
        await socket.accept()
        self.active.setdefault(topic, set()).add(socket)

    def disconnect(self, socket: WebSocket, topic: str) -> None:
        self.active.get(topic, set()).discard(socket)

    async def broadcast(self, topic: str, text: str) -> None:
        for socket in list(self.active.get(topic, ())):
            with suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_text(text)


manager = ConnectionManager()


async def listen(redis: "Redis") -> None:
    """Pass on what is published."""
    async with redis.pubsub() as subscription:
        await subscription.psubscribe("event.*")
        async for message in subscription.listen():
            if message["type"] == "pmessage":
                await manager.broadcast(message["channel"], message["data"])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    listening = asyncio.create_task(listen(redis))
    yield
    listening.cancel()
    await redis.aclose()


application = FastAPI(lifespan=lifespan)


@application.websocket("/ws/{topic}")
async def watch(socket: WebSocket, topic: str) -> None:
    await manager.connect(socket, topic)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        manager.disconnect(socket, topic)
