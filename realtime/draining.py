"""How a process that is to stop parts from its sockets: not all at once.

Each socket is told when to come back, at random within DRAIN_SECONDS, and is closed a little
later if it has not gone by then. A second signal ends the waiting.
"""

import asyncio
import random
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings

from realtime import frames
from realtime.sinks import Sink

GRACE = 0.3  # seconds for a peer that comes back elsewhere to go by itself

_waiting: dict[int, tuple[asyncio.TimerHandle, Callable[[], None]]] = {}
_hurried = False


def postpone(sink: Sink, close: Callable[[], None]) -> bool:
    """Have `close` called in a while and say so to the peer; False if it must be called now."""
    if not settings.DRAIN_SECONDS or _hurried:
        return False
    if not _waiting:
        _heed_a_second_signal()
    wait = random.uniform(0, settings.DRAIN_SECONDS)  # noqa: S311  # a spread, no secret
    sink.write(frames.reconnect(wait))
    timer = asyncio.get_running_loop().call_later(wait + GRACE, _close, id(sink))
    _waiting[id(sink)] = timer, close
    return True


def hurry(*args: Any) -> None:
    """Close at once what still waits."""
    global _hurried
    _hurried = True
    for key, (timer, _) in list(_waiting.items()):
        timer.cancel()
        _close(key)


def _close(key: int) -> None:
    _, close = _waiting.pop(key)
    close()


def _heed_a_second_signal() -> None:
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, hurry)
