"""How long people are told that they will wait, and the trial of it: what was said, what came.

Speeds are numbers a second, by which the frontier moves; waits are seconds.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from queueing.models import Forecast
from queueing.spreads import Settled, Spread, learn_spread

EVERY = 15.0  # seconds: a room is tried so often
SHORTEST = 5.0  # seconds: of a shorter wait the tick is too large a part to try it
LONGEST = 24 * 3600.0  # seconds: nobody can tell so far ahead
KEPT = 2_000  # forecasts of a room: more than four hours of them
# Two are made each 15 s, so that this is half an hour of them. Neighbours err alike: in simulated
# lines, ranges learned from the last 60 held between 53 and 80 % of the waits.
LOOKED_AT = 240
GOOD_FOR = 10.0  # seconds: a spread changes with each settled forecast, and slowly
MOST_KNOWN = 1_000  # rooms

# Two workers at the same moment may both make one, which counts it twice and harms nobody.
MAKE = """
INSERT INTO queueing_forecast (room_id, epoch, number, made_at, expected_at, low_at, high_at)
SELECT room.id, room.epoch, told.number, %(now)s,
       %(now)s + told.expected * interval '1 second',
       %(now)s + told.low * interval '1 second',
       %(now)s + told.high * interval '1 second'
  FROM queueing_waitingroom AS room,
       unnest(%(numbers)s::bigint[], %(expected)s::float8[], %(low)s::float8[], %(high)s::float8[])
       AS told (number, expected, low, high)
 WHERE room.id = %(room)s AND room.epoch = %(epoch)s
   AND NOT EXISTS (SELECT 1 FROM queueing_forecast
                    WHERE room_id = %(room)s AND epoch = %(epoch)s
                      AND made_at > %(now)s - %(every)s * interval '1 second')
"""

SETTLE = """
UPDATE queueing_forecast AS told SET reached_at = %(now)s
  FROM queueing_waitingroom AS room
 WHERE room.id = %(room)s AND told.room_id = room.id AND told.epoch = room.epoch
   AND told.number <= %(frontier)s AND told.reached_at IS NULL
"""

PRUNE = """
DELETE FROM queueing_forecast
 WHERE room_id = %(room)s
   AND made_at <= (SELECT made_at FROM queueing_forecast WHERE room_id = %(room)s
                    ORDER BY made_at DESC OFFSET %(kept)s LIMIT 1)
"""


class Wait(NamedTuple):
    """A wait in seconds, and the range in which it should end."""

    expected: float
    low: float
    high: float


def wait_of(ahead_numbers: int, speed: float, spread: Spread) -> Wait | None:
    """Return the wait until a frontier that is `ahead_numbers` behind one's number reaches it.

    None where nobody can tell: the line stands still, or it would take longer than a day.
    """
    if not speed > 0:
        return None
    expected = max(0, ahead_numbers) / speed
    if expected > LONGEST:
        return None
    return Wait(expected, expected * spread.low, expected * spread.high)


def make_forecast(
    room_id: int,
    *,
    epoch: int,
    number: int,
    frontier: int,
    speed: float,
    spread: Spread,
    now: datetime,
) -> bool:
    """Write down what the newest `number`, and one in the middle, are told; True if it was due.

    It is due every 15 s, where the wait can be told and is 5 s at least. Call it as often as you
    like, but not while the line is paused, recovering or out of stock: nobody is told a time then.
    """
    waits = _waits_to_try(number, frontier, speed, spread)
    if not waits:
        return False
    numbers, told = zip(*waits, strict=True)
    values = {name: [getattr(wait, name) for wait in told] for name in Wait._fields}
    facts: dict[str, Any] = {
        "room": room_id,
        "epoch": epoch,
        "now": now,
        "every": EVERY,
        "kept": KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {**facts, **values, "numbers": list(numbers)})
        if not cursor.rowcount:
            return False
        cursor.execute(PRUNE, facts)
    return True


def settle_forecasts(room_id: int, *, frontier: int, now: datetime, void: bool = False) -> int:
    """Note that the frontier reached those up to `frontier` at `now`; return how many it were.

    With `void` the open ones are dropped instead, as what was said of them cannot be tried any
    more: the line was paused, cleared or lost, or what it waits for is sold out.
    """
    if void:
        return Forecast.objects.filter(room_id=room_id, reached_at=None).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"room": room_id, "frontier": frontier, "now": now})
        return int(cursor.rowcount)


class KnownSpreads:
    """The spreads that this process asked for in the last 10 s. Safe across threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spreads: dict[int, tuple[float, Spread]] = {}

    def spread_of(self, room_id: int) -> Spread:
        """Return the spread of a waiting room as it was 10 s ago at most."""
        known = self._spreads.get(room_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asked_at = self._clock()  # before the query: what it read may be as old
        spread = learn_spread(_read_settled(room_id))
        if len(self._spreads) >= MOST_KNOWN:
            self._spreads = {}
        self._spreads[room_id] = (asked_at + GOOD_FOR, spread)
        return spread


spread_of = KnownSpreads().spread_of


def _waits_to_try(
    number: int, frontier: int, speed: float, spread: Spread
) -> Sequence[tuple[int, Wait]]:
    numbers = {(frontier + number) // 2, number}
    waits = ((one, wait_of(one - frontier, speed, spread)) for one in sorted(numbers))
    return [(one, wait) for one, wait in waits if wait is not None and wait.expected >= SHORTEST]


def _read_settled(room_id: int) -> list[Settled]:
    """Return the last settled ones of the line as it is; of one that was cleared none count."""
    theirs = Forecast.objects.filter(room_id=room_id, room__epoch=F("epoch"))
    settled = theirs.exclude(reached_at=None).order_by("-reached_at")
    return [Settled._make(row) for row in settled.values_list(*Settled._fields)[:LOOKED_AT]]
