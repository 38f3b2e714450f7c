"""Where sockets live: those of other apps are handed in, as nobody here knows of them."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from realtime.consumers import Live, Nowhere

urlpatterns: list[Any] = [re_path(r"^ws/live/?$", cast(Any, Live.as_asgi()))]
catch_all: Any = re_path("", cast(Any, Nowhere.as_asgi()))


def route(*others: Any) -> URLRouter:
    """Return the way to our sockets and to `others`; every other path ends in a clear refusal."""
    return URLRouter([*urlpatterns, *others, catch_all])


websocket = route()
