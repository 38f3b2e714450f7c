"""A lean HTTP load: ready-made requests over keep-alive connections, uvloop, one process.

It costs about 20 µs a request, so that what is measured is the server.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import uvloop

END_OF_HEADERS = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(slots=True)
class Result:
    """What came back: how often which status, how long each took, when the last success came."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    until_last_success: float = 0.0


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of a POST."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + END_OF_HEADERS + body


def get(path: str, headers: dict[str, str]) -> bytes:
    """Return the bytes of a GET."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + END_OF_HEADERS


def send(port: int, requests: Iterable[bytes], *, connections: int) -> Result:
    """Send all `requests`, each connection the next as soon as its last was answered."""
    return uvloop.run(_send(port, iter(requests), connections))


async def _send(port: int, requests: Iterator[bytes], connections: int) -> Result:
    loop = asyncio.get_running_loop()
    result = Result()
    ends = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(
            lambda end=end: _Line(requests, result, started, end), "127.0.0.1", port
        )
    await asyncio.gather(*ends)
    result.elapsed = time.perf_counter() - started
    return result


class _Line(asyncio.Protocol):
    def __init__(
        self,
        requests: Iterator[bytes],
        result: Result,
        started: float,
        end: asyncio.Future[None],
    ) -> None:
        self.requests = requests
        self.result = result
        self.started = started
        self.end = end
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.end.done():
            self.end.set_exception(ConnectionError("the server hung up"))

    def next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.end.set_result(None)
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.received += data
        head = self.received.find(END_OF_HEADERS)
        if head < 0:
            return
        headers = self.received[:head].lower()
        at = headers.find(LENGTH)
        length = int(headers[at + len(LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self.received) < head + len(END_OF_HEADERS) + length:
            return
        self.note(int(self.received[9:12]))
        self.received = b""
        self.next()

    def note(self, status: int) -> None:
        now = time.perf_counter()
        self.result.statuses[status] += 1
        self.result.seconds.append(now - self.sent_at)
        if status < 300:
            self.result.until_last_success = now - self.started
