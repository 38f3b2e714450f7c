"""No server at all: what the writes alone cost. `floor.py PORT`

uvloop takes sockets, answers the handshake and writes what Redis says to all of them, frame and
all, with nothing between. No watcher can be slow here, nothing is merged, healed or let in: what a
server needs beyond this row is what it costs to be one.
"""

import asyncio
import base64
import contextlib
import hashlib
import os
import re
import sys

import uvloop
from redis.asyncio import Redis

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE)
HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


class Line(asyncio.Protocol):
    """One socket."""

    open: "set[asyncio.WriteTransport]" = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if found := KEY.search(data):
            accept = base64.b64encode(hashlib.sha1(found[1] + MAGIC).digest())
            self.transport.write(HEAD + b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept)
            self.open.add(self.transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.open.discard(self.transport)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", port, backlog=2048)
    redis = Redis.from_url(os.environ["REDIS_URL"])
    async with server, redis.pubsub() as subscription:
        await subscription.psubscribe("event.*")
        async for message in subscription.listen():
            if message["type"] == "pmessage":
                text = message["data"]
                frame = b"\x81\x7e%b%b" % (len(text).to_bytes(2, "big"), text)
                for transport in Line.open:
                    transport.write(frame)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(main(int(sys.argv[1])))
