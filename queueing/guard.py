"""The door between a waiting room and the sale: who may hold and confirm."""

import time
from collections.abc import Callable

from queueing.errors import AdmissionRequired, PassRefused
from queueing.line import Line, LineAway, Standing, State
from queueing.models.room import Mode
from queueing.passes import read_pass
from queueing.people import person_of_user
from queueing.rooms import KnownRoom, KnownRooms
from queueing.services.opening import insist
from ticketing.guards import Attempt
from ticketing.models import Reservation
from ticketing.models.reservation import Status

ACTIVE = {State.CALLED, State.ENTERED}


def now_in_milliseconds() -> int:
    """Return the time of this machine, as passes tell it."""
    return time.time_ns() // 1_000_000


class SaleGuard:
    """Lets those pass who were let in, and everybody where the room is off.

    A pass is good without Redis, unless Redis says that it was taken back. Who has none that is
    good must be among the active, so that without Redis nobody new comes in.
    """

    def __init__(
        self,
        *,
        line_of: Callable[[int], Line] = Line,
        rooms: KnownRooms | None = None,
        now: Callable[[], int] = now_in_milliseconds,
    ) -> None:
        self._line_of = line_of
        self._rooms = rooms or KnownRooms()
        self._now = now

    def __call__(self, attempt: Attempt) -> None:
        """Raise `AdmissionRequired`, or `LineAway` where nobody can tell, unless they may."""
        room = self._rooms.room_of(attempt.event_id)
        if room.mode == Mode.OFF or _is_at_checkout(attempt):
            return
        person = person_of_user(attempt.user_id)
        admitted = self._has_pass(attempt, person, room)
        try:
            standing = self._look(attempt.event_id, person)
        except LineAway:
            if admitted:
                return
            raise
        if standing.state not in ACTIVE and (standing.revoked or not admitted):
            raise AdmissionRequired

    def _look(self, event_id: int, person: str) -> Standing:
        """Return how `person` stands; where the door is open they come in by wanting to buy."""
        line = self._line_of(event_id)
        standing = insist(event_id, lambda line: line.look(person), line=line)
        if standing.state == State.OPEN:
            return insist(event_id, lambda line: line.join(person), line=line)
        return standing

    def _has_pass(self, attempt: Attempt, person: str, room: KnownRoom) -> bool:
        """Tell whether a pass came along that is theirs, and good by signature and time."""
        text, event_id = attempt.admission_pass, attempt.event_id
        if text is None:
            return False
        try:
            read_pass(text, event_id=event_id, person=person, epoch=room.epoch, now=self._now())
        except PassRefused:
            return False
        return True


def _is_at_checkout(attempt: Attempt) -> bool:
    """Tell whether somebody pays for what they hold; to hold it, they had been let in."""
    if attempt.step != "confirm":
        return False
    theirs = Reservation.objects.filter(user_id=attempt.user_id, event_id=attempt.event_id)
    return theirs.filter(status=Status.HELD).exists()
