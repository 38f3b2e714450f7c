"""The order of a line, read again from its record: numbers rise, and nobody is let in too early.

A draw is by the seed that was sealed before, and there is one at most until the line is cleared.
"""

from bisect import bisect
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from queueing.draw import hash_of
from queueing.models.record import Kind

FIRST = 1  # epoch of a room


class Call(NamedTuple):
    """Those with the numbers from `first` to `last` were let in, or some of them."""

    version: int
    first: int
    last: int
    frontier: int


class Order:
    """What the record has said of the numbers so far."""

    def __init__(self) -> None:
        self._given = 0  # the greatest number
        # The first is there from the start: what operators did before it began may come first.
        self._epochs: dict[int, _Epoch] = {FIRST: _Epoch(sent_away=0)}
        self._sealed: str | None = None  # the hash of the newest seed
        self._drawn = False  # in the newest epoch

    def objection(self, kind: str, body: Mapping[str, Any]) -> str | None:
        """Take in the next entry; return what is wrong with it, if anything is."""
        try:
            if kind == Kind.BEGUN:
                return self._begin(body["epoch"], body["after"], body["lost"])
            if kind == Kind.JOINED:
                return self._join(body["first"], body["last"])
            if kind == Kind.CALLED:
                order = body["epoch"], body["version"], body["frontier"]
                return self._call(*order, numbers=body["numbers"])
            if kind == Kind.CLEARED:
                return self._clear(body["epoch"])
            if kind == Kind.SEALED:
                self._sealed = body["seed_hash"]
            if kind == Kind.REVEALED:
                return self._reveal(body["seed"], body["count"])
        except (KeyError, TypeError, IndexError, AttributeError, UnicodeEncodeError):
            return "it does not say what an entry of its kind says"
        return None

    def _begin(self, epoch: int, after: int, lost: bool) -> str | None:
        newest = max(self._epochs)
        if epoch < newest:
            return f"it begins line {epoch} after line {newest}"
        if after < self._given:
            return f"its numbers begin after {after}, and {self._given} had been given"
        known = self._epochs.setdefault(epoch, _Epoch(sent_away=self._given))
        self._given = after
        if lost:
            known.lose()
        return None

    def _join(self, first: int, last: int) -> str | None:
        if not self._given < first <= last:
            return f"it gives the numbers {first} to {last} after {self._given}"
        self._given = last
        return None

    def _call(self, epoch: int, version: int, frontier: int, numbers: list[int]) -> str | None:
        for before, number in pairwise(numbers):
            if number <= before:
                return f"it lets number {number} in after number {before}"
        if numbers[-1] > self._given:
            return f"it lets number {numbers[-1]} in, which nobody had"
        if epoch not in self._epochs:
            return f"it lets people out of line {epoch} in, which had not begun"
        call = Call(version, numbers[0], numbers[-1], frontier)
        return self._epochs[epoch].objection(call, numbers)

    def _clear(self, epoch: int) -> str | None:
        newest = max(self._epochs)
        if epoch <= newest:
            return f"it clears line {newest} for line {epoch}"
        self._epochs[epoch] = _Epoch(sent_away=self._given)
        self._sealed, self._drawn = None, False
        return None

    def _reveal(self, seed: str, count: int) -> str | None:
        if self._drawn:
            return "it reveals a second draw of the same line"
        if self._sealed is None:
            return "it reveals a seed that was never sealed"
        if hash_of(seed) != self._sealed:
            return "the seed that it reveals is not the one that was sealed"
        if count < 1:
            return "it reveals a draw for which nobody had come"
        self._drawn = True
        return None


class _Epoch:
    """A line until it is cleared. Whoever had a number of an older one was sent away."""

    def __init__(self, sent_away: int) -> None:
        self._sent_away = sent_away
        self._calls: list[Call] = []  # by version
        self._since_loss: set[int] | None = None  # the numbers called since

    def lose(self) -> None:
        """From now on, who comes back late may be called behind others, and once more."""
        self._since_loss = set()

    def objection(self, call: Call, numbers: list[int]) -> str | None:
        """Take in who was called; return what is wrong with it, if anything is."""
        if call.first <= self._sent_away:
            return f"it lets number {call.first} in, of a line that was cleared"
        if self._since_loss is not None:
            again = self._since_loss.intersection(numbers)
            self._since_loss.update(numbers)
            return f"it lets number {min(again)} in once more" if again else None
        place = bisect(self._calls, call)
        around = [*self._calls[max(place - 1, 0) : place], call, *self._calls[place : place + 1]]
        self._calls.insert(place, call)
        for one, two in pairwise(around):
            if two.first <= one.last:
                return f"it lets number {one.last} in before number {two.first}"
            if two.frontier < one.frontier:
                return f"the frontier goes back from {one.frontier} to {two.frontier}"
        return None
