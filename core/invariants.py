"""What must never be false, one query each: `manage.py audit` and every race test ask them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule about rows; `query` returns the rows that break it, few columns, first one the id."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks the invariant `name`."""

    name: str
    row: tuple[Any, ...]


_known: dict[str, Invariant] = {}


def declare(*invariants: Invariant) -> None:
    """Add `invariants` to what an audit asks; each app does so when it starts."""
    _known.update({invariant.name: invariant for invariant in invariants})


def known() -> list[Invariant]:
    """Return every declared invariant, by name."""
    return [_known[name] for name in sorted(_known)]


def breaches(*, of: Invariant, at_most: int = 20) -> Iterator[Breach]:
    """Yield the first rows that break `of`."""
    with connection.cursor() as cursor:
        cursor.execute(of.query)
        for row in cursor.fetchmany(at_most):
            yield Breach(of.name, tuple(row))
