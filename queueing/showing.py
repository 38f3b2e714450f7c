"""What others show of a waiting room beside their own."""

from typing import Any

from queueing.line import Line, LineAway, LineLost, Mode, Room
from queueing.live import state_of
from queueing.rooms import ROOMS, Remembered
from ticketing.models import Event


def event_part(event: Event) -> dict[str, Any]:
    """Return the waiting room of an event as the API of events tells it."""
    known = ROOMS.room_of(event.pk)
    room = LINES.of(event.pk) if known.mode != Mode.OFF else None
    return {"mode": known.mode, "state": state_of(known, room)}


def read_line(event_id: int) -> Room | None:
    """Return the line of an event in figures; None where Redis knows or says nothing of it."""
    try:
        return Line(event_id).room()
    except (LineAway, LineLost):
        return None


LINES = Remembered(read_line)
