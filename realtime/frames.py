"""What goes over the wire: each frame is encoded once and the same bytes go to every watcher."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from realtime.sealed import Sealed

FORMATS = ("batch", "events", "html")
HEARTBEAT = 20  # seconds between the server's pings
CLOSE_CODES = {
    "malformed": 4400,
    "not_signed_in": 4401,
    "ticket_refused": 4401,
    "token_in_address": 4401,
    "forbidden": 4403,
    "origin_refused": 4403,
    "unknown_topic": 4404,
    "unknown_path": 4404,
    "too_many_topics": 4429,
    "too_many_sockets": 4429,
    "slow_down": 1008,
    "too_big": 1009,
    "too_slow": 1013,
    "unavailable": 1013,
}
TELLING = (400, 401, 403, 404, 429)  # statuses that are close codes, 4000 above


def close_code(code: str, *, status: int = 0) -> int:
    """Return with what to close for `code`; one that apps have made tells by its HTTP status."""
    other = 4000 + status if status in TELLING else CLOSE_CODES["slow_down"]
    return CLOSE_CODES.get(code, other)


class Frames:
    """Text frames that are written in one go, in the form that a server takes; made once."""

    def __init__(self, *payloads: bytes) -> None:
        self.payloads = payloads

    @cached_property
    def wire(self) -> bytes:
        """Return the bytes of the WebSocket itself, for a server that lets us at its transport."""
        return b"".join(map(_frame, self.payloads))

    @cached_property
    def messages(self) -> list[dict[str, str]]:
        """Return the messages for ASGI's `send`."""
        return [{"type": "websocket.send", "text": text.decode()} for text in self.payloads]


def _frame(payload: bytes) -> bytes:
    """Return a whole, unmasked text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81%c%b" % (size, payload)
    if size < 65536:
        return b"\x81\x7e%b%b" % (size.to_bytes(2, "big"), payload)
    return b"\x81\x7f%b%b" % (size.to_bytes(8, "big"), payload)


class Style(NamedTuple):
    """How a watcher wants its frames; the language matters to `html` alone."""

    format: str
    language: str = ""


def now() -> str:
    """Return the server's clock, ISO 8601 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(content: dict[str, Any]) -> Frames:
    """Return the frame of one JSON object."""
    return Frames(orjson.dumps(content))


def ack(connection_id: str) -> Frames:
    """Return the first frame of a socket."""
    return encode(
        {
            "type": "connection_ack",
            "connection_id": connection_id,
            "heartbeat": HEARTBEAT,
            "server_time": now(),
        }
    )


def error(code: str, topic: str | None = None) -> Frames:
    """Return the frame that says no."""
    about = {} if topic is None else {"topic": topic}
    return encode({"type": "error", "code": code, **about})


def reconnect(after: float) -> Frames:
    """Return the frame that asks to come back in `after` seconds, elsewhere."""
    return encode({"type": "reconnect", "after": round(after * 1000)})


def batch(kind: str, topic: str, seq: int, changes: Iterable[Sealed]) -> Frames:
    """Return all changes in one frame; `kind` is snapshot or update."""
    head = orjson.dumps({"type": kind, "topic": topic, "seq": seq})
    body = b",".join(map(_change, changes))
    return Frames(b'%b,"changes":[%b]}' % (head[:-1], body))


def events(topic: str, seq: int, changes: Iterable[Sealed]) -> Frames:
    """Return one frame a change, whose type is the change's kind."""
    return Frames(*(_event(topic, seq, change) for change in changes))


def _event(topic: str, seq: int, change: Sealed) -> bytes:
    head = orjson.dumps(
        {
            "type": change.kind,
            "topic": topic,
            "seq": seq,
            "key": change.key,
            "version": change.version,
        }
    )
    return b'%b,"data":%b}' % (head[:-1], change.value)


def html(fragments: Iterable[str]) -> Frames:
    """Return the fragments in one frame for htmx, or none where there is nothing to show."""
    text = "\n".join(filter(None, fragments))
    return Frames(text.encode()) if text else Frames()


def _change(change: Sealed) -> bytes:
    head = orjson.dumps({"key": change.key, "kind": change.kind, "version": change.version})
    return b'%b,"value":%b}' % (head[:-1], change.value)
