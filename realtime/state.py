"""What is true of one topic, as far as this process knows. No waiting, no writing: only merging."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from realtime.sealed import Sealed


class News(NamedTuple):
    """What watchers are told next: an update, or a snapshot where that is shorter."""

    type: str
    changes: list[Sealed]


class Held(Protocol):
    """What a feed asks of the state of its topic, however that is held."""

    loaded: bool
    seq: int
    dirty: set[Any]
    renewed: bool

    def merge(self, change: Sealed) -> bool:
        """Take in `change` unless a version as new is known; return whether it was news."""

    def begin_reading(self) -> None:
        """Note that a snapshot is being read."""

    def replace(self, read: Any, /) -> int:
        """Take in what was read since `begin_reading`; return how much it mended."""

    def whole(self) -> list[Sealed]:
        """Return all that is true, for a snapshot."""

    def take_news(self) -> News:
        """Return what watchers have not been told of, and forget that."""


class State:
    """Merges changes, which come in any order and any number of times, with what was read."""

    def __init__(self) -> None:
        self.held: dict[str, Sealed] = {}
        self.loaded = False
        self.seq = 0
        self.dirty: set[str] = set()  # keys that watchers have not been told of
        self.renewed = False  # a key vanished or went back: only a snapshot can say that
        self._touched: set[str] = set()  # keys that changed since the latest reading began

    def merge(self, change: Sealed) -> bool:
        """Take in `change` unless a version as new is known; return whether it was news."""
        known = self.held.get(change.key)
        if known is not None and change.version <= known.version:
            return False
        self._put(change)
        self._touched.add(change.key)
        return True

    def begin_reading(self) -> None:
        """Note that a snapshot is being read: what is merged from now on may be newer than it."""
        self._touched.clear()

    def replace(self, snapshot: Iterable[Sealed]) -> int:
        """Take in what was read since `begin_reading`; return the number of keys it mended.

        The source of truth wins, but for keys that changed while it was being read.
        """
        fresh = {change.key: change for change in snapshot}
        gone = self.held.keys() - fresh.keys() - self._touched
        for key in gone:
            del self.held[key]
        mended = [change for change in fresh.values() if self._is_news(change)]
        for change in mended:
            known = self.held.get(change.key)
            self.renewed |= known is not None and change.version < known.version
            self._put(change)
        self.renewed |= bool(gone)
        self.dirty -= gone
        self.loaded = True
        return len(gone) + len(mended)

    def _is_news(self, change: Sealed) -> bool:
        known = self.held.get(change.key)
        if known is None or change.version > known.version:
            return True
        if change.version == known.version:
            return change != known
        return change.key not in self._touched

    def _put(self, change: Sealed) -> None:
        self.held[change.key] = change
        self.dirty.add(change.key)

    def whole(self) -> list[Sealed]:
        """Return all that is true, for a snapshot."""
        return list(self.held.values())

    def take_news(self) -> News:
        """Return the changes that watchers have not been told of, and forget that."""
        changes = [self.held[key] for key in self.dirty]
        self.dirty.clear()
        return News("update", changes)
