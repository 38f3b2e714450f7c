"""The line of an event as PostgreSQL backs it: begun where it is lost, never out of numbers."""

import logging
from collections.abc import Callable
from typing import TypeVar

from queueing.claims import BLOCK, reserve_numbers
from queueing.line import Line, LineAway, LineLost, Mode, OutOfNumbers, Settings
from queueing.models import WaitingRoom

logger = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 4
SECOND = 1000  # ms


def insist(event_id: int, step: Callable[[Line], T], *, line: Line | None = None) -> T:
    """Return what `step` makes of the line; begin the line or extend its numbers where it must be.

    Raises `LineAway` where Redis does not answer, and what else `step` raises.
    """
    line = line or Line(event_id)
    for _ in range(TRIES):
        try:
            return step(line)
        except LineLost:
            begin_line(event_id)
        except OutOfNumbers as short:
            numbers = reserve_numbers(_room(event_id), count=max(BLOCK, short.short))
            line.extend(reserved=numbers[-1])
    raise LineAway  # it is lost again and again


def begin_line(event_id: int) -> None:
    """Begin the line of an event, with numbers that nobody had; several at once do no harm."""
    numbers = reserve_numbers(_room(event_id))
    room = _room(event_id)
    if numbers[0] > 1:
        logger.warning("the line of event %s begins again after %s", event_id, numbers[0] - 1)
    Line(event_id).begin(
        epoch=room.epoch,
        before=numbers[0] - 1,
        reserved=numbers[-1],
        settings=settings_of(room),
        drawn=room.num_drawn,
    )


def settings_of(room: WaitingRoom) -> Settings:
    """Return what the line has to know of its room."""
    return Settings(
        version=room.version,
        mode=Mode(room.mode),
        threshold=room.threshold,
        rate=room.rate,
        claim_ms=room.claim_seconds * SECOND,
        idle_ms=room.idle_seconds * SECOND,
        grace_ms=room.grace_seconds * SECOND,
        grace_signed_in_ms=room.grace_signed_in_seconds * SECOND,
        opens_at=0 if room.opens_at is None else int(room.opens_at.timestamp() * SECOND),
    )


def _room(event_id: int) -> WaitingRoom:
    return WaitingRoom.objects.get(event_id=event_id)
