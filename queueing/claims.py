"""The few statements that make what is scarce: numbers, and minutes of traffic."""

from datetime import datetime
from typing import Any

from django.db import connection

from queueing.models import WaitingRoom

BLOCK = 10_000  # numbers at a time: half a second of the fastest line

RESERVE = """
UPDATE queueing_waitingroom SET reserved = reserved + %s WHERE id = %s RETURNING reserved
"""

NOTE_TRAFFIC = """
INSERT INTO queueing_traffic AS known
       (room_id, minute, joined, called, entered, "left", no_shows, waiting_max, active_max)
VALUES (%(room)s, date_trunc('minute', %(minute)s::timestamptz), %(joined)s, %(called)s,
        %(entered)s, %(left)s, %(no_shows)s, %(waiting)s, %(active)s)
ON CONFLICT (room_id, minute) DO UPDATE
   SET joined = known.joined + excluded.joined,
       called = known.called + excluded.called,
       entered = known.entered + excluded.entered,
       "left" = known."left" + excluded."left",
       no_shows = known.no_shows + excluded.no_shows,
       waiting_max = greatest(known.waiting_max, excluded.waiting_max),
       active_max = greatest(known.active_max, excluded.active_max)
"""


def reserve_numbers(room: WaitingRoom, *, count: int = BLOCK) -> range:
    """Take the next `count` numbers of `room` for its line; nobody else will ever get them.

    Who does not use them up leaves a gap, which does no harm: order is all that numbers are for.
    """
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [count, room.pk])
        row = cursor.fetchone()
    if row is None:
        raise WaitingRoom.DoesNotExist
    last: int = row[0]
    return range(last - count + 1, last + 1)


def note_traffic(
    room: WaitingRoom,
    minute: datetime,
    *,
    joined: int = 0,
    called: int = 0,
    entered: int = 0,
    left: int = 0,
    no_shows: int = 0,
    waiting: int = 0,
    active: int = 0,
) -> None:
    """Add what happened within the minute of `minute`; keep the most that waited and were in."""
    counts = {"joined": joined, "called": called, "entered": entered, "left": left}
    values: dict[str, Any] = {**counts, "no_shows": no_shows, "waiting": waiting, "active": active}
    with connection.cursor() as cursor:
        cursor.execute(NOTE_TRAFFIC, {"room": room.pk, "minute": minute, **values})
