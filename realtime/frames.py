"""What goes over the wire: each frame is encoded once and the same bytes go to every watcher."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
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


class Frame:
    """One text frame: its payload, and the ASGI message that carries it."""

    __slots__ = ("message", "payload")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.message = {"type": "websocket.send", "text": payload.decode()}


class Style(NamedTuple):
    """How a watcher wants its frames; the language matters to `html` alone."""

    format: str
    language: str = ""


def now() -> str:
    """Return the server's clock, ISO 8601 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(content: dict[str, Any]) -> Frame:
    """Return the frame of one JSON object."""
    return Frame(orjson.dumps(content))


def ack(connection_id: str) -> Frame:
    """Return the first frame of a socket."""
    return encode(
        {
            "type": "connection_ack",
            "connection_id": connection_id,
            "heartbeat": HEARTBEAT,
            "server_time": now(),
        }
    )


def error(code: str, topic: str | None = None) -> Frame:
    """Return the frame that says no."""
    about = {} if topic is None else {"topic": topic}
    return encode({"type": "error", "code": code, **about})


def batch(kind: str, topic: str, seq: int, changes: Iterable[Sealed]) -> Sequence[Frame]:
    """Return all changes in one frame; `kind` is snapshot or update."""
    head = orjson.dumps({"type": kind, "topic": topic, "seq": seq})
    body = b",".join(map(_change, changes))
    return (Frame(b'%b,"changes":[%b]}' % (head[:-1], body)),)


def events(topic: str, seq: int, changes: Iterable[Sealed]) -> Sequence[Frame]:
    """Return one frame a change, whose type is the change's kind."""
    return [
        Frame(
            b'%b,"data":%b}'
            % (
                orjson.dumps(
                    {
                        "type": change.kind,
                        "topic": topic,
                        "seq": seq,
                        "key": change.key,
                        "version": change.version,
                    }
                )[:-1],
                change.value,
            )
        )
        for change in changes
    ]


def html(fragments: Iterable[str]) -> Sequence[Frame]:
    """Return the fragments in one frame for htmx, or none where there is nothing to show."""
    text = "\n".join(filter(None, fragments))
    return (Frame(text.encode()),) if text else ()


def _change(change: Sealed) -> bytes:
    head = orjson.dumps({"key": change.key, "kind": change.kind, "version": change.version})
    return b'%b,"value":%b}' % (head[:-1], change.value)
