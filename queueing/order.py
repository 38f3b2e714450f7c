"""The order of a line, read again from its record: numbers rise, and nobody is let in too early."""

from collections.abc import Mapping
from typing import Any

from queueing.models.record import Kind


class Order:
    """What the record has said of the numbers so far."""

    def __init__(self) -> None:
        self._epoch = 0
        self._given = 0  # the greatest number given
        self._called = 0  # the greatest number called
        self._frontier = 0
        self._lost = False  # who came back after a loss may be called behind the frontier
        self._again: set[int] = set()  # the numbers called since

    def objection(self, kind: str, body: Mapping[str, Any]) -> str | None:
        """Take in the next entry; return what is wrong with it, if anything is."""
        try:
            if kind == Kind.BEGUN:
                return self._begin(body["epoch"], body["after"], body["lost"])
            if kind == Kind.JOINED:
                return self._join(body["first"], body["last"])
            if kind == Kind.CALLED:
                return self._call(body["numbers"], body["frontier"])
            if kind == Kind.CLEARED:
                return self._clear(body["epoch"])
        except (KeyError, TypeError):
            return "it does not say what an entry of its kind says"
        return None

    def _begin(self, epoch: int, after: int, lost: bool) -> str | None:
        if epoch < self._epoch:
            return f"it begins line {epoch} after line {self._epoch}"
        if after < self._given:
            return f"its numbers begin after {after}, and {self._given} had been given"
        self._epoch, self._given, self._frontier = epoch, after, 0
        self._lost, self._again = lost, set()
        return None

    def _join(self, first: int, last: int) -> str | None:
        if not self._given < first <= last:
            return f"it gives the numbers {first} to {last} after {self._given}"
        self._given = last
        return None

    def _call(self, numbers: list[int], frontier: int) -> str | None:
        before = 0
        for number in numbers:
            if number <= before:
                return f"it lets number {number} in after number {before}"
            if number > self._given:
                return f"it lets number {number} in, which nobody had"
            if number in self._again or (number <= self._called and not self._lost):
                return f"it lets number {number} in after number {self._called}"
            before = number
        if frontier < self._frontier:
            return f"its frontier goes back from {self._frontier} to {frontier}"
        self._called, self._frontier = max(self._called, before), frontier
        if self._lost:
            self._again.update(numbers)
        return None

    def _clear(self, epoch: int) -> str | None:
        if epoch <= self._epoch:
            return f"it clears line {self._epoch} for line {epoch}"
        self._epoch, self._frontier, self._lost, self._again = epoch, 0, False, set()
        self._called = self._given  # nobody who was sent away is let in any more
        return None
