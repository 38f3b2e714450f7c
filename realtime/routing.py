"""Where sockets live. Other apps add their own before the catch-all."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from realtime.consumers import Live, Nowhere

urlpatterns: list[Any] = [re_path(r"^ws/live/?$", cast(Any, Live.as_asgi()))]
catch_all: Any = re_path("", cast(Any, Nowhere.as_asgi()))

websocket = URLRouter([*urlpatterns, catch_all])
