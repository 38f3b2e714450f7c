"""Where a watcher's frames go. A sink never makes the writer wait."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from realtime import eager
from realtime.frames import CLOSE_CODES, Frames

logger = logging.getLogger(__name__)

EXTENSION = "jari.sink"  # what a server that gives us its transport adds to the scope
STUCK_AFTER = 30.0  # seconds in which nothing could be sent
CLOSING_TIMEOUT = 5.0
PRIVATE = 3000  # 1013 is 4013 where only private codes may be sent


class Sink(Protocol):
    """The seam between the hub and a server's sockets."""

    on_full: Callable[[], None]  # called when nothing more is taken: for a while, or for good
    on_drained: Callable[[], None]  # called when there is room again
    takes_wire: bool  # whether the pipe takes the bytes of the WebSocket, or else the frames

    @property
    def pipe(self) -> Callable[[Any], object]:
        """Return the shortest way to the socket, which is open until `on_full` is called."""

    def write(self, frames: Frames) -> bool:
        """Take `frames`, or return False because earlier ones are still unsent."""

    async def say(self, frames: Frames) -> None:
        """Send `frames` to this socket alone, and wait until the server has taken them."""

    def close(self, code: int) -> None:
        """Close the socket, soon."""


class AsgiSink:
    """Writes through ASGI's `send`, which waits while the socket's buffer is full."""

    takes_wire = False

    def __init__(
        self, send: Callable[[Any], Awaitable[None]], *, on_dead: Callable[[], object]
    ) -> None:
        self.on_full: Callable[[], None] = lambda: None
        self.on_drained: Callable[[], None] = lambda: None
        self.stuck_after = STUCK_AFTER
        self._send = send
        self._on_dead = on_dead  # what ends a socket that cannot even be closed
        self._writing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def pipe(self) -> Callable[[Any], object]:
        """Return `write`, as there is no shorter way."""
        return self.write

    def write(self, frames: Frames) -> bool:
        """Send `frames` in one go, or skip them while earlier ones are unsent."""
        if self._writing is not None:
            return False
        if self._closing is None and (task := eager.start(self._send_all(frames))) is not None:
            self._writing = task
            self.on_full()
            task.add_done_callback(self._drained)
            loop = task.get_loop()
            self._deadline = loop.call_later(self.stuck_after, self._give_up)
        return True

    async def say(self, frames: Frames) -> None:
        """Send `frames` to this socket alone, and wait until the server has taken them."""
        if self._closing is None:
            await self._send_all(frames)

    def close(self, code: int) -> None:
        """Close with `code`; a socket that does not even take that is ended."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(code))

    async def _send_all(self, frames: Frames) -> None:
        try:
            for message in frames.messages:
                await self._send(message)
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
                await self._close_with(code)
        except (OSError, RuntimeError):  # TimeoutError is an OSError
            if self._writing is not None:
                self._writing.cancel()
            self._on_dead()

    async def _close_with(self, code: int) -> None:
        try:
            await self._send({"type": "websocket.close", "code": code})
        except (OSError, RuntimeError):
            raise
        except Exception:  # Daphne sends no code of the protocol's own but 1000
            await self._send({"type": "websocket.close", "code": code + PRIVATE})
