"""Where a watcher's frames go. A sink never makes the writer wait."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from realtime import eager
from realtime.frames import CLOSE_CODES, Frame

logger = logging.getLogger(__name__)

STUCK_AFTER = 30.0  # seconds in which not one frame could be sent
CLOSING_TIMEOUT = 5.0


class Sink(Protocol):
    """The seam between the hub and a server's sockets."""

    on_drained: Callable[[], None]

    def write(self, frames: Sequence[Frame]) -> bool:
        """Take `frames`, or return False because earlier ones are still unsent."""

    def close(self, code: int) -> None:
        """Close the socket, soon."""


class AsgiSink:
    """Writes through ASGI's `send`, which waits while the socket's buffer is full."""

    def __init__(
        self, send: Callable[[Any], Awaitable[None]], *, on_dead: Callable[[], object]
    ) -> None:
        self.on_drained: Callable[[], None] = lambda: None
        self.stuck_after = STUCK_AFTER
        self._send = send
        self._on_dead = on_dead  # what ends a socket that cannot even be closed
        self._writing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def write(self, frames: Sequence[Frame]) -> bool:
        """Send `frames` in one go, or skip them while earlier ones are unsent."""
        if self._writing is not None:
            return False
        if self._closing is None and (task := eager.start(self._send_all(frames))) is not None:
            self._writing = task
            task.add_done_callback(self._drained)
            loop = task.get_loop()
            self._deadline = loop.call_later(self.stuck_after, self._give_up)
        return True

    async def say(self, frame: Frame) -> None:
        """Send `frame` to this socket alone, and wait until the server has taken it."""
        if self._closing is None:
            await self._send_all((frame,))

    def close(self, code: int) -> None:
        """Close with `code`; a socket that does not even take that is ended."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(code))

    async def _send_all(self, frames: Sequence[Frame]) -> None:
        try:
            for frame in frames:
                await self._send(frame.message)
        except (OSError, RuntimeError):  # the socket is gone; its consumer hears of it by itself
            logger.debug("A frame met a closed socket", exc_info=True)

    def _drained(self, task: asyncio.Task[None]) -> None:
        self._writing = None
        if self._deadline is not None:
            self._deadline.cancel()
        if not task.cancelled():
            self.on_drained()

    def _give_up(self) -> None:
        self.close(CLOSE_CODES["too_slow"])

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(CLOSING_TIMEOUT):
                await self._send({"type": "websocket.close", "code": code})
        except (OSError, RuntimeError):  # TimeoutError is an OSError
            if self._writing is not None:
                self._writing.cancel()
            self._on_dead()
