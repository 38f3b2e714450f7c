"""Reading a record again: does the chain hold, and was the line served in order?"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import orjson
from django.db import connection

from queueing.models import WaitingRoom
from queueing.order import Order
from queueing.record import digest_of

AT_ONCE = 5_000  # entries

READ = """
SELECT sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), kind, body::text,
       previous, digest
  FROM queueing_recordentry WHERE room_id = %s AND sequence > %s ORDER BY sequence LIMIT %s
"""


class Problem(NamedTuple):
    """The first entry that does not fit; `sentence` says in what way."""

    sequence: int
    what: Literal["missing", "surplus", "chain", "digest", "order", "head"]
    sentence: str


class End(NamedTuple):
    """What the room knows of its record."""

    num_entries: int
    head: str


class Row(NamedTuple):
    sequence: int
    at: str | None
    kind: str
    body: str
    previous: str
    digest: str


def verify(
    room: WaitingRoom, *, tell: Callable[[int, int], None] = lambda done, total: None
) -> Problem | None:
    """Return the first entry of the record of `room` that does not fit; None if all do.

    Entries that are written meanwhile are read too. `tell` hears how many were, and of how many.
    """
    reading = _Reading(room.pk)
    while True:
        end = _end(room.pk)  # first, so that an entry which it counts is there to be read
        rows = _rows(room.pk, after=reading.done)
        if not rows:
            return reading.problem_at_end(end)
        for row in rows:
            if (problem := reading.problem_with(row)) is not None:
                return problem
        tell(reading.done, max(end.num_entries, reading.done))


class _Reading:
    """How far a record has been read, and found to be right."""

    def __init__(self, room_id: int) -> None:
        self.done = 0
        self._room_id = room_id
        self._head = ""
        self._order = Order()

    def problem_with(self, row: Row) -> Problem | None:
        """Take in the next row; return what is wrong with it, if anything is."""
        if row.sequence != self.done + 1:
            return self._problem_with_gap(row.sequence)
        if row.previous != self._head:
            return Problem(row.sequence, "chain", "it does not follow from the entry before it")
        body = _read_body(row.body)
        if row.digest != self._digest(row, body):
            return Problem(row.sequence, "digest", "its digest is not that of what it says")
        if (objection := self._order.objection(row.kind, body)) is not None:
            return Problem(row.sequence, "order", objection)
        self.done, self._head = row.sequence, row.digest
        return None

    def problem_at_end(self, end: End) -> Problem | None:
        """Return what is wrong if the record ends here."""
        if end.num_entries > self.done:
            return Problem(self.done + 1, "missing", "it is missing")
        if end.num_entries < self.done:
            return Problem(end.num_entries + 1, "surplus", "it was not written by the room")
        if end.head != self._head:
            return Problem(self.done, "head", "it is not the entry that the room remembers")
        return None

    def _problem_with_gap(self, found: int) -> Problem:
        if self.done < _end(self._room_id).num_entries:
            return Problem(self.done + 1, "missing", "it is missing")
        return Problem(found, "surplus", "it was not written by the room")

    def _digest(self, row: Row, body: Any) -> str:
        fields = {"sequence": row.sequence, "at": row.at, "kind": row.kind, "body": body}
        return digest_of(room_id=self._room_id, previous=row.previous, **fields)


def _read_body(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # a number beyond all that we write, for one
        return None


def _end(room_id: int) -> End:
    room = WaitingRoom.objects.filter(pk=room_id).values_list("num_entries", "head").get()
    return End(*room)


def _rows(room_id: int, *, after: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(READ, [room_id, after, AT_ONCE])
        return [Row(*row) for row in cursor.fetchall()]
