"""What a socket may ask."""

from dataclasses import dataclass
from typing import Any

import orjson

from realtime.frames import FORMATS
from realtime.limits import FRAME_BYTES, TOPICS_PER_SOCKET


class Senseless(Exception):
    """A frame that asks for nothing we know; `code` goes into the error frame."""

    def __init__(self, code: str = "malformed") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    type: str
    topics: tuple[str, ...] = ()
    format: str = "batch"


def parse_frame(text: str | None) -> Request:
    """Return what a frame asks; raise `Senseless` for anything that is not a request."""
    if text is None:
        raise Senseless("binary")
    if len(text.encode("utf-8", "surrogatepass")) > FRAME_BYTES:
        raise Senseless("too_big")
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise Senseless from problem
    if not isinstance(fields, dict):
        raise Senseless
    return _request(fields)


def _request(fields: dict[str, Any]) -> Request:
    if fields.get("type") not in ("subscribe", "unsubscribe", "typing", "ping"):
        raise Senseless("unknown_type")
    if fields["type"] == "ping":
        return Request("ping")
    if fields["type"] == "typing":
        return Request("typing", _topics(fields))
    return Request(fields["type"], _topics(fields), check_format(fields.get("format", "batch")))


def _topics(fields: dict[str, Any]) -> tuple[str, ...]:
    topics = fields.get("topics", [fields.get("topic")])
    if not isinstance(topics, list) or not 0 < len(topics) <= TOPICS_PER_SOCKET:
        raise Senseless
    if not all(isinstance(topic, str) for topic in topics):
        raise Senseless
    return tuple(dict.fromkeys(topics))


def check_format(name: Any) -> str:
    """Return `name` if it is a format; raise `Senseless` if not."""
    if not isinstance(name, str) or name not in FORMATS:
        raise Senseless("unknown_format")
    return name
