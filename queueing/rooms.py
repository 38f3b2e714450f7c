"""What each request asks of a waiting room, remembered for a second: rooms change seldom."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from queueing.models import WaitingRoom
from queueing.models.room import Mode

GOOD_FOR = 1.0  # seconds: so late a process may hear of a mode that an operator set
MOST_KNOWN = 1_000  # events


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """An event without a waiting room has one that is off."""

    mode: str = Mode.OFF
    epoch: int = 1


class KnownRooms:
    """The rooms that this process asked for within the last second. Safe across threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rooms: dict[int, tuple[float, KnownRoom]] = {}

    def room_of(self, event_id: int) -> KnownRoom:
        """Return the room of an event as it was a second ago at most."""
        known = self._rooms.get(event_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asked_at = self._clock()  # before the query: what it read may be as old
        room = _read(event_id)
        if len(self._rooms) >= MOST_KNOWN:
            self._rooms = {}
        self._rooms[event_id] = (asked_at + GOOD_FOR, room)
        return room


def _read(event_id: int) -> KnownRoom:
    rows = WaitingRoom.objects.filter(event_id=event_id).values_list("mode", "epoch")
    return KnownRoom(*row) if (row := rows.first()) is not None else KnownRoom()
