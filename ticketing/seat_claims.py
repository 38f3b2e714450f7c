"""The statements that move seats. Each is one round trip, and its answer says who won."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from ticketing.claims import ask

SELECT = f"SELECT ticketing_select({', '.join(17 * ['%s'])})::text"

# A hold that is over no longer keeps anybody from a seat: what is free follows time by itself.
LETTER = "CASE WHEN s.state = 'h' AND s.expires_at <= clock_timestamp() THEN 'f' ELSE s.state END"
STATES = f"coalesce(string_agg({LETTER}, '' ORDER BY s.number), '')"

READ_STATES = f"SELECT {STATES} FROM ticketing_seat s WHERE s.event_id = %s"  # noqa: S608

READ_ROWS = f"""
SELECT s.number, {LETTER},
       s.state = 'h' AND s.expires_at > clock_timestamp() AND r.user_id = %(user)s
  FROM unnest(%(firsts)s::integer[], %(lasts)s::integer[]) AS w(first, last)
  JOIN ticketing_seat s ON s.event_id = %(event)s AND s.number BETWEEN w.first AND w.last
  LEFT JOIN ticketing_reservation r ON r.id = s.reservation_id
"""  # noqa: S608

FREE = """
WITH locked AS MATERIALIZED (
    SELECT id FROM ticketing_seat WHERE reservation_id = ANY (%(ids)s)
     ORDER BY event_id, number FOR NO KEY UPDATE
)
UPDATE ticketing_seat s
   SET state = 'f', reservation_id = NULL, expires_at = NULL, version = version + 1
  FROM locked WHERE s.id = locked.id
RETURNING s.event_id, s.number, s.version, s.state
"""

SELL = """
WITH locked AS MATERIALIZED (
    SELECT id FROM ticketing_seat WHERE reservation_id = ANY (%(ids)s)
     ORDER BY event_id, number FOR NO KEY UPDATE
)
UPDATE ticketing_seat s SET state = 's', expires_at = NULL, version = version + 1
  FROM locked WHERE s.id = locked.id
RETURNING s.event_id, s.number, s.version, s.state
"""

KEEP = """
WITH locked AS MATERIALIZED (
    SELECT s.id, r.expires_at
      FROM ticketing_seat s JOIN ticketing_reservation r ON r.id = s.reservation_id
     WHERE s.reservation_id = ANY (%(ids)s) AND s.state = 'h'
     ORDER BY s.event_id, s.number FOR NO KEY UPDATE OF s
)
UPDATE ticketing_seat s SET expires_at = locked.expires_at FROM locked WHERE s.id = locked.id
RETURNING s.event_id, s.number, s.version, s.state
"""


REMEMBER = """
UPDATE ticketing_reservation r
   SET left_alone = ARRAY (SELECT DISTINCT n FROM unnest(r.left_alone || %s::integer[]) AS n)
 WHERE r.id = %s
"""


class Moved(NamedTuple):
    """A seat as it is now; `state` is its letter."""

    event_id: int
    number: int
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """The seats near some picks, in order; places in `seats` count from 1.

    Those at `beside` are next to a pick; `beyond` has for each the place of the seat on its other
    side, or 0 where none is, or a pick.
    """

    seats: Sequence[int] = ()
    beside: Sequence[int] = ()
    beyond: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What one person wants to change; seats by number, `standing` by ticket type.

    `seen` are the states of the seats in `near` when it was weighed, a letter each; it is refused
    if they changed. None leaves the weighing to the claim, which sends back what might strand.
    """

    user_id: int
    event_id: int
    layout_id: int | None
    anew: bool
    most: int
    picks: Collection[int]
    drops: Collection[int]
    standing: Mapping[int, int]
    near: Nearby
    seen: str | None = None
    key: str | None = None
    fingerprint: str = ""


def select(choice: Choice, *, reservation_id: uuid.UUID, code: str) -> dict[str, Any]:
    """Change a selection, or make one; return what `ticketing_select` says.

    Its `verdict` is `held`, `same`, `replayed`, `mismatch`, `strands` where the choice is to be
    weighed, or the reason of a refusal; `claimed` tells whether a refusal was only found out by
    the claim itself.
    """
    standing, near = sorted(choice.standing), choice.near
    row = (
        *(reservation_id, code, choice.user_id, choice.event_id, choice.layout_id, choice.anew),
        *(choice.most, sorted(choice.picks), sorted(choice.drops)),
        *(standing, [choice.standing[one] for one in standing]),
        *(list(near.seats), choice.seen, list(near.beside), list(near.beyond)),
        *(choice.key, choice.fingerprint),
    )
    return ask(SELECT, row)


def read_states(event_id: int) -> str:
    """Return the states of all seats of an event, a letter each."""
    with connection.cursor() as cursor:
        cursor.execute(READ_STATES, [event_id])
        [(states,)] = cursor.fetchall()
    return str(states)


def read_rows(
    *, event_id: int, user_id: int, spans: Sequence[range]
) -> list[tuple[int, str, bool]]:
    """Return number, state and whether it is held by `user_id`, for the seats in `spans`."""
    values: dict[str, Any] = {
        "event": event_id,
        "user": user_id,
        "firsts": [span.start for span in spans],
        "lasts": [span.stop - 1 for span in spans],
    }
    with connection.cursor() as cursor:
        cursor.execute(READ_ROWS, values)
        return [(number, letter, bool(own)) for number, letter, own in cursor.fetchall()]


def remember_left_alone(*, reservation_id: uuid.UUID, seats: Collection[int]) -> None:
    """Add to the seats that somebody gave back and left alone."""
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [list(seats), reservation_id])


def free_seats(*, ids: Sequence[uuid.UUID]) -> list[Moved]:
    """Give back the seats of these reservations; comes after `move_stock`."""
    return _move(FREE, ids)


def sell_seats(*, ids: Sequence[uuid.UUID]) -> list[Moved]:
    """Make the seats of these reservations sold; comes after `move_stock`."""
    return _move(SELL, ids)


def keep_seats(*, ids: Sequence[uuid.UUID]) -> None:
    """Let the seats of these reservations expire when the reservations do."""
    _move(KEEP, ids)


def _move(statement: str, ids: Sequence[uuid.UUID]) -> list[Moved]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids)})
        return [Moved(*row) for row in cursor.fetchall()]
