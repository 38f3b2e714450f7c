"""Which outcomes are right: those that some order of whole operations gives."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.db import Busy
from core.errors import DomainError

Outcomes = tuple[tuple[str, ...], ...]  # by part, of each of its operations
State = Mapping[str, Any]
Turn = tuple[int, int]  # a part, and the place of an operation in it


def named(outcome: Any) -> str:
    """Say what an operation came to, without ids and moments."""
    if isinstance(outcome, DomainError) and not isinstance(outcome, Busy):
        return f"refused: {type(outcome).__name__}"
    return str(outcome) if isinstance(outcome, str) else f"CRASH {outcome!r}"


class Judge:
    """Compares with what whole operations come to, one after the other, in every order."""

    def __init__(
        self,
        lengths: Sequence[int],
        play: Callable[[Sequence[Turn]], tuple[Sequence[Sequence[Any]], State]],
    ) -> None:
        self.lengths = lengths
        self.play = play
        self._known: dict[frozenset[Turn], list[tuple[Outcomes, State]]] = {}

    def judge(self, outcomes: Sequence[Sequence[Any]], state: State) -> str:
        """Return `serial`, `turned away` or `wrong`.

        Who is told that something has changed meanwhile is turned away: that is right where
        everything else is as if they had never come.
        """
        said = tuple(tuple(map(named, one)) for one in outcomes)
        if any(one.startswith("CRASH") for part in said for one in part):
            return "wrong"
        if (said, state) in self._serial(frozenset()):
            return "serial"
        refused = [
            (part, place)
            for part, ones in enumerate(said)
            for place, one in enumerate(ones)
            if one.startswith("refused")
        ]
        for absent in _subsets(refused):
            if (_less(said, absent), state) in self._serial(absent):
                return "turned away"
        return "wrong"

    def allowed(self) -> list[str]:
        """Return what every order of all operations comes to."""
        return [f"allowed: {said} {state}" for said, state in self._serial(frozenset())]

    def _serial(self, absent: frozenset[Turn]) -> list[tuple[Outcomes, State]]:
        if absent not in self._known:
            self._known[absent] = []
            for order in merged(self.lengths, absent):
                outcomes, state = self.play(order)
                said = tuple(tuple(map(named, one)) for one in outcomes)
                if (said, state) not in self._known[absent]:
                    self._known[absent].append((said, state))
        return self._known[absent]


def merged(lengths: Sequence[int], absent: frozenset[Turn] = frozenset()) -> Iterator[list[Turn]]:
    """Yield every order of all operations in which each part keeps its own."""
    parts = [part for part, length in enumerate(lengths) for _ in range(length)]
    for order in sorted(set(itertools.permutations(parts))):
        counts = dict.fromkeys(order, 0)
        turns = []
        for part in order:
            turns.append((part, counts[part]))
            counts[part] += 1
        yield [turn for turn in turns if turn not in absent]


def _less(said: Outcomes, absent: frozenset[Turn]) -> Outcomes:
    return tuple(
        tuple(one for place, one in enumerate(ones) if (part, place) not in absent)
        for part, ones in enumerate(said)
    )


def _subsets(turns: Sequence[Turn]) -> Iterator[frozenset[Turn]]:
    for count in range(1, len(turns) + 1):
        yield from map(frozenset, itertools.combinations(turns, count))
