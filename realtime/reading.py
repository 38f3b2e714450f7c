"""Where the asynchronous pipes meet the synchronous rest: a few threads of their own.

Not asgiref's one thread for everybody, in which a single slow query would delay every socket.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
CALLERS = 2

_readers = ThreadPoolExecutor(READERS, thread_name_prefix="realtime-read")
_callers = ThreadPoolExecutor(CALLERS, thread_name_prefix="realtime-call")
_renderer = ThreadPoolExecutor(1, thread_name_prefix="realtime-render")


async def read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which may query and may be slow."""
    patient = partial(_retry, function)
    call = database_sync_to_async(patient, thread_sensitive=False, executor=_readers)
    return await call(*args, **kwargs)


async def render(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which renders; slow queries elsewhere do not hold it up."""
    call = database_sync_to_async(function, thread_sensitive=False, executor=_renderer)
    return await call(*args, **kwargs)


async def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function`, which tells others and may be slow; no reader waits for it."""
    tell = database_sync_to_async(function, thread_sensitive=False, executor=_callers)
    return await tell(*args, **kwargs)


def _retry(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read twice if need be: the first may only find that this thread's connection has died."""
    try:
        return function(*args, **kwargs)
    except (InterfaceError, OperationalError):
        close_old_connections()
        return function(*args, **kwargs)


def close_connections() -> None:
    """Close the database connections of these threads, so that nobody finds them open."""
    pools = {_readers: READERS, _callers: CALLERS, _renderer: 1}
    wait([done for pool, size in pools.items() for done in _close_all(pool, size)])


def _close_all(pool: ThreadPoolExecutor, size: int) -> list[Future[None]]:
    barrier = threading.Barrier(size)  # one call for each thread, none twice

    def close() -> None:
        barrier.wait(5)
        connections.close_all()

    return [pool.submit(close) for _ in range(size)]
