"""Where the asynchronous pipes meet the synchronous rest: a few threads of their own.

Not asgiref's one thread for everybody, in which a single slow query would delay every socket.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")

_readers = ThreadPoolExecutor(4, thread_name_prefix="realtime-read")
_renderer = ThreadPoolExecutor(1, thread_name_prefix="realtime-render")


async def read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which may query and may be slow."""
    call = database_sync_to_async(function, thread_sensitive=False, executor=_readers)
    return await call(*args, **kwargs)


async def render(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which renders; slow queries elsewhere do not hold it up."""
    call = database_sync_to_async(function, thread_sensitive=False, executor=_renderer)
    return await call(*args, **kwargs)
