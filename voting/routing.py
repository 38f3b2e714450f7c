"""Where the sockets of rounds live; `config.asgi` hands them to the pipes."""

from typing import Any, cast

from django.urls import re_path

from voting.consumers import Votes

urlpatterns: list[Any] = [re_path(r"^ws/votes/?$", cast(Any, Votes.as_asgi()))]
