"""A change on its way: its value is turned into JSON once, where it is published."""

from typing import Any, NamedTuple

import orjson

from realtime.changes import Change


class Sealed(NamedTuple):
    """A change whose value is JSON already, in a form in which equal values are equal bytes."""

    key: str
    kind: str
    version: int
    value: bytes

    def open(self) -> Change:
        """Return the change with its value read."""
        return Change(self.key, self.kind, self.version, orjson.loads(self.value))


def seal(change: Change) -> Sealed:
    """Return `change` sealed; raise TypeError if its value is not JSON."""
    value = orjson.dumps(change.value, option=orjson.OPT_SORT_KEYS)
    return Sealed(change.key, change.kind, int(change.version), value)


def parse(fields: Any) -> Sealed:
    """Return the sealed change that came over the channel layer; raise ValueError if it is none."""
    key, kind, version, value = fields
    if not (isinstance(key, str) and isinstance(kind, str)):
        raise ValueError("a change's key and kind are strings")
    if not (isinstance(version, int) and isinstance(value, bytes)):
        raise ValueError("a change has a whole version and sealed bytes")
    return Sealed(key, kind, version, value)
