"""What each request asks of a waiting room, remembered for a second: rooms change seldom."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.utils.translation import get_language

from queueing.models import WaitingRoom
from queueing.models.room import Mode
from ticketing.models import Event
from ticketing.stock import NOTHING, Stock, stock_of

GOOD_FOR = 1.0  # seconds: so late a process may hear of a mode that an operator set
MOST_KNOWN = 1_000  # events

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """What is settled about the room of an event; without one, a room that is off."""

    mode: str = Mode.OFF
    epoch: int = 1
    id: int | None = None
    guests_allowed: bool = True
    releases_on_buying: bool = True
    message: str = ""
    message_en: str = ""
    threshold: int = 0
    rate: int = 0
    opens_at: datetime | None = None
    seed: str = ""
    num_drawn: int = 0
    version: int = 0
    known: bool = True  # whether there is such an event at all

    @property
    def local_message(self) -> str:
        """The operator's words in the reader's language, where there are any in it."""
        return self.message_en if self.message_en and get_language() == "en" else self.message


UNKNOWN = KnownRoom(known=False)
FIELDS = (
    *("mode", "epoch", "id", "guests_allowed", "releases_on_buying", "message", "message_en"),
    *("threshold", "rate", "opens_at", "seed", "num_drawn", "version"),
)


def known_of(room: WaitingRoom) -> KnownRoom:
    """Return what is settled about `room`."""
    return KnownRoom(**{name: getattr(room, name) for name in FIELDS})


class Remembered(Generic[T]):
    """What this process asked for within the last second, by event. Safe across threads."""

    def __init__(
        self, read: Callable[[int], T], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._known: dict[int, tuple[float, T]] = {}

    def of(self, event_id: int) -> T:
        """Return what was true of an event a second ago at most."""
        known = self._known.get(event_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asked_at = self._clock()  # before the query: what it read may be as old
        found = self._read(event_id)
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        self._known[event_id] = (asked_at + GOOD_FOR, found)
        return found

    def forget(self) -> None:
        """Ask again from now on."""
        self._known = {}


def read_room(event_id: int) -> KnownRoom:
    """Read the room of a public event."""
    names = [f"waiting_room__{name}" for name in FIELDS]
    row = Event.objects.public().filter(pk=event_id).values_list(*names).first()
    if row is None:
        return UNKNOWN
    return KnownRoom() if row[0] is None else KnownRoom(*row)


class KnownRooms(Remembered[KnownRoom]):
    """The rooms that this process asked for within the last second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(read_room, clock)

    def room_of(self, event_id: int) -> KnownRoom:
        """Return the room of an event as it was a second ago at most."""
        return self.of(event_id)


def _read_stock(event_id: int) -> Stock:
    return stock_of([event_id]).get(event_id, NOTHING)


ROOMS = KnownRooms()
STOCKS = Remembered(_read_stock)


def forget_all() -> None:
    """Have this process ask again: for tests, and for whoever has just changed a room."""
    ROOMS.forget()
    STOCKS.forget()
