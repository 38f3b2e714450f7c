"""What we ask of uvicorn: handshakes that end, and sockets that take ready bytes."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from realtime import draining, sinks
from realtime.frames import CLOSE_CODES, Frames

HANDSHAKE_TIMEOUT = 10.0  # seconds in which a request must have come
HIGH_WATER = 64 * 1024  # bytes that may wait for a socket; then it is skipped until they are gone
KERNEL_BUFFER = 128 * 1024  # of a socket; the kernel doubles it, and else takes megabytes


class Door(H11Protocol):
    """Plain HTTP and the beginning of a socket; who does not finish a request is put out."""

    def connection_made(self, transport: Any) -> None:
        """Give whoever comes a while to say what they want."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HANDSHAKE_TIMEOUT, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._patience.cancel()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the line over to a socket."""
        self._patience.cancel()
        super().handle_websocket_upgrade(event)

    def _look(self) -> None:
        cycle = cast(Any, self.cycle)
        if cycle is None or (cycle.more_body and not cycle.response_complete):
            self.transport.abort()
        else:
            self._patience = self.loop.call_later(HANDSHAKE_TIMEOUT, self._look)


class Socket(WebSocketsSansIOProtocol):
    """A sink for the hub: it takes the bytes that all watchers get, or says that it is full.

    uvicorn's own state machine stays in charge: we only ever write whole frames between its own,
    and none once it has sent a close frame or given up the transport.
    """

    takes_wire = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.on_full: Callable[[], None] = lambda: None
        self.on_drained: Callable[[], None] = lambda: None
        super().__init__(*args, **kwargs)
        self._full = False
        self._unsent = 0
        self._stuck: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bound what may wait for this socket, here and in the kernel."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self.on_full()
        super().connection_lost(exc)
        self._calm()
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def handle_connect(self, event: Request) -> None:
        """Offer ourselves as a sink, unless frames must be compressed for each socket."""
        super().handle_connect(event)
        if self.response.status_code == 101 and not self.conn.extensions:
            cast(Any, self.scope["extensions"])[sinks.EXTENSION] = self

    async def run_asgi(self) -> None:
        """Serve the socket, and do not linger with one whose peer neither reads nor goes."""
        await super().run_asgi()
        self._end_soon()

    def keepalive_timeout(self) -> None:
        """Give up a peer that answers no ping."""
        super().keepalive_timeout()
        self._end_soon()

    def pause_writing(self) -> None:
        """Note that the buffer is full."""
        super().pause_writing()
        self._full = True
        self.on_full()
        self._watch_progress()

    def resume_writing(self) -> None:
        """Note that the buffer has drained, and ask for what was missed."""
        super().resume_writing()
        self._full = False
        self._calm()
        if self._is_open():
            self.on_drained()

    def shutdown(self) -> None:
        """Ask the peer to come back elsewhere, and close once it had the time to."""
        if not (self._is_open() and draining.postpone(self, self._shut_down)):
            self._shut_down()

    def _shut_down(self) -> None:
        self.on_full()
        super().shutdown()

    @property
    def close_sent(self) -> bool:
        """Tell whether a close frame was sent; uvicorn says so from many places."""
        return self._close_sent

    @close_sent.setter
    def close_sent(self, sent: bool) -> None:
        self._close_sent = sent
        if sent:
            self.on_full()

    def handle_close(self, event: Frame) -> None:
        """Take nothing more once the peer has said that it goes."""
        self.on_full()
        super().handle_close(event)

    @property
    def pipe(self) -> Callable[[Any], object]:
        """Return the transport's own `write`: a check for each frame would cost as much again."""
        return self.transport.write

    def write(self, frames: Frames) -> bool:
        """Take `frames`, or return False because earlier ones are still unsent."""
        if self._full:
            return False
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames.wire)
        return True

    async def say(self, frames: Frames) -> None:
        """Send `frames` to this socket alone, once there is room."""
        await self.writable.wait()
        self.write(frames)

    def close(self, code: int) -> None:
        """Close with `code`, and end a socket that does not even take that."""
        if not self._is_open():
            self._end_soon()
            return
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(sinks.CLOSING_TIMEOUT, self.transport.close)
        self._end_soon()

    def _is_open(self) -> bool:
        return self.handshake_complete and not self.close_sent and not self.transport.is_closing()

    def _watch_progress(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._stuck = self.loop.call_later(sinks.STUCK_AFTER, self._judge)

    def _judge(self) -> None:
        if self.transport.get_write_buffer_size() < self._unsent:
            self._watch_progress()  # slow, but it moves
        else:
            self.close(CLOSE_CODES["too_slow"])

    def _calm(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _end_soon(self) -> None:
        if self._end is None and not self.disconnected:
            self._end = self.loop.call_later(sinks.CLOSING_TIMEOUT, self.transport.abort)
