"""What a step may meet: which steps of two people can be told apart by their order."""

import re
from dataclasses import dataclass, field

TABLES = re.compile(r"\b(?:(?:ticketing|accounts)_(?!select\b|hold\b)\w+|pg_advisory\w+)")
CLOCK = re.compile(r"(?:clock|statement)_timestamp\(", re.IGNORECASE)
LOCKING = re.compile(r"\b(?:insert|update|delete|pg_advisory)", re.IGNORECASE)
ENDING = re.compile(r"(?:commit|rollback)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One statement that somebody is about to run."""

    text: str

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(TABLES.findall(self.text))

    @property
    def effect(self) -> "Effect":
        """Return what it does if it does not end its transaction."""
        locks = self.tables if LOCKING.search(self.text) else frozenset()
        return Effect(self.tables, locks, timed=bool(CLOCK.search(self.text)))


@dataclass(frozen=True, slots=True)
class Effect:
    """Tables read, locked, and published by the end of a transaction; whether it asks the time."""

    reads: frozenset[str] = field(default_factory=frozenset)
    locks: frozenset[str] = field(default_factory=frozenset)
    ends: frozenset[str] = field(default_factory=frozenset)
    timed: bool = False
    passes_time: bool = False

    def __or__(self, other: "Effect") -> "Effect":
        return Effect(
            self.reads | other.reads,
            self.locks | other.locks,
            self.ends | other.ends,
            self.timed or other.timed,
            self.passes_time or other.passes_time,
        )


def independent(one: Effect, two: Effect) -> bool:
    """Tell whether the two, one right after the other, come to the same in either order.

    At READ COMMITTED a statement sees what was committed before it: reading and writing without
    an end meet through locks alone, and an end meets what reads or locks what it publishes.
    """
    if one.passes_time or two.passes_time:
        return not (one.timed or two.timed)
    meet = one.locks & two.locks or one.ends & (two.reads | two.locks)
    return not (meet or two.ends & (one.reads | one.locks))


def never(_one: Effect, _two: Effect) -> bool:
    """Tell every two orders apart."""
    return False
