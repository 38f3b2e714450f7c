"""Lining up: joining, asking how one stands, giving it up. The page and the API do the same."""

from collections.abc import Callable
from dataclasses import dataclass

from core.problems import NotSignedIn
from core.throttle import Limit, spend, spend_here
from queueing.draw import place_of
from queueing.errors import PassRefused, PlaceRefused
from queueing.guard import now_in_milliseconds
from queueing.line import Line, LineAway, Standing, State, Void
from queueing.passes import Pass, read_pass
from queueing.places import Place, read_place
from queueing.rooms import ROOMS, KnownRoom, read_room
from queueing.services.opening import insist
from queueing.services.turns import Turn, open_turn, passing_turn, turn_of
from ticketing.errors import NoSuchEvent
from ticketing.services.holding import LARGEST_ID

ACTIVE = {State.CALLED, State.ENTERED}
ABSENT = {State.ABSENT, State.OPEN, State.CLOSED}

# A whole school comes from one address; so does a program that makes guests by the thousand.
GUESTS = Limit("queue-guests", times=600, seconds=60)
QUESTIONS = Limit("queue-questions", times=120, seconds=60)  # of a person, to each process


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and what proofs came along; without `person` they are nobody in a line yet.

    `guest` is who a signed-in person has been before.
    """

    person: str | None
    guest: str | None = None
    place: str | None = None
    admission_pass: str | None = None
    address: str = ""


def join_line(*, event_id: int, visitor: Visitor) -> Turn:
    """Let `visitor` in where the door is open, else into the line; again, it changes nothing.

    Raises `NoSuchEvent`, `NotSignedIn` where guests may not wait, `SlowDown`, `LineAway`.
    """
    known = _known(event_id)
    if known.mode == "off":
        return open_turn(event_id, known)
    if visitor.person is None or (visitor.person[0] == "g" and not known.guests_allowed):
        raise NotSignedIn
    _limit(event_id, visitor, known)
    return _ask(event_id, visitor, known, Line.join)


def ask_turn(*, event_id: int, visitor: Visitor) -> Turn:
    """Return how `visitor` stands, and note that they are there; never joins.

    Raises `NoSuchEvent`, `SlowDown`, `LineAway`.
    """
    known = _known(event_id)
    if known.mode == "off":
        return open_turn(event_id, known)
    if visitor.person is None:
        standing = insist(event_id, lambda line: line.look("nobody"))
        return turn_of(event_id=event_id, person="", known=known, standing=standing)
    _limit(event_id, visitor, known)
    return _ask(event_id, visitor, known, Line.beat)


def leave_line(*, event_id: int, visitor: Visitor) -> Turn:
    """Give up the place or the admission of `visitor`, of the guest they were, too."""
    known = _known(event_id)
    if known.mode == "off" and known.id is None:
        return open_turn(event_id, known)
    if visitor.person is None:
        return ask_turn(event_id=event_id, visitor=visitor)
    person, mine = visitor.person, _read_pass(event_id, visitor, known)

    def leave(line: Line) -> Standing:
        # What a loss has taken comes back first, so that its proofs are void from now on.
        _stand(line, event_id, visitor, known, mine, Line.look)
        return line.leave(person)

    standing = insist(event_id, leave)
    return turn_of(event_id=event_id, person=person, known=known, standing=standing)


def _known(event_id: int) -> KnownRoom:
    if event_id > LARGEST_ID or not (known := ROOMS.room_of(event_id)).known:
        raise NoSuchEvent
    return known


def _limit(event_id: int, visitor: Visitor, known: KnownRoom) -> None:
    """Refuse who asks at no human's pace, and an address of which ever more guests come."""
    person = visitor.person or ""
    spend_here(QUESTIONS.key(person))
    if person.startswith("g") and not _has_proof(event_id, visitor, known):
        spend(GUESTS.key(visitor.address))


def _has_proof(event_id: int, visitor: Visitor, known: KnownRoom) -> bool:
    """Tell whether the visitor is known in this line; a text that is no proof of it is nothing."""
    has_place = _read_place(event_id, visitor, known) is not None
    return has_place or _read_pass(event_id, visitor, known) is not None


def _ask(
    event_id: int, visitor: Visitor, known: KnownRoom, last: Callable[[Line, str], Standing]
) -> Turn:
    """Try what proofs the visitor has, the best first, then `last`."""
    person = visitor.person or ""
    mine = _read_pass(event_id, visitor, known)
    try:
        standing = insist(event_id, lambda line: _stand(line, event_id, visitor, known, mine, last))
    except LineAway:
        if mine is None or visitor.admission_pass is None:
            raise
        return passing_turn(event_id, known, visitor.admission_pass, mine.until)
    return turn_of(event_id=event_id, person=person, known=known, standing=standing)


def _stand(
    line: Line,
    event_id: int,
    visitor: Visitor,
    known: KnownRoom,
    mine: Pass | None,
    last: Callable[[Line, str], Standing],
) -> Standing:
    person = visitor.person or ""
    if mine is not None:
        try:
            standing = line.readmit(mine.person, epoch=mine.epoch)
            return _as_user(line, visitor, standing, was=mine.person)
        except Void:
            pass
    place = _read_place(event_id, visitor, known)
    if place is not None:
        try:
            standing = _restore(line, event_id, known, place)
            return _as_user(line, visitor, standing, was=place.person)
        except Void:
            pass
    if visitor.guest is not None:
        standing = line.rename(visitor.guest, person)
        if standing.state not in ABSENT:
            return standing
    return last(line, person)


def _as_user(line: Line, visitor: Visitor, standing: Standing, *, was: str) -> Standing:
    """Let whoever came as a guest and has signed in since go on as the user they are."""
    if was == visitor.person or visitor.person is None:
        return standing
    return line.rename(was, visitor.person)


def _restore(line: Line, event_id: int, known: KnownRoom, place: Place) -> Standing:
    """Give back a place; an early one is, after the draw, where the draw has put it."""
    if not place.early:
        return line.restore(place.person, number=place.number, epoch=place.epoch)
    if not known.num_drawn:
        try:
            return line.restore(place.person, number=place.number, epoch=place.epoch, early=True)
        except Void:
            known = read_room(event_id)  # it may have been drawn since we last looked
            if not known.num_drawn:
                raise
    if place.number > known.num_drawn:
        raise Void
    number = place_of(place.number, seed=known.seed, count=known.num_drawn)
    return line.restore(place.person, number=number, epoch=place.epoch, ticket=place.number)


def _read_pass(event_id: int, visitor: Visitor, known: KnownRoom) -> Pass | None:
    """Return the pass that came along if it is the visitor's, or the guest's they were."""
    text, now = visitor.admission_pass, now_in_milliseconds()
    for person in filter(None, (visitor.person, visitor.guest)):
        try:
            if text is not None:
                return read_pass(text, event_id=event_id, person=person, epoch=known.epoch, now=now)
        except PassRefused:
            continue
    return None


def _read_place(event_id: int, visitor: Visitor, known: KnownRoom) -> Place | None:
    text = visitor.place
    for person in filter(None, (visitor.person, visitor.guest)):
        try:
            if text is not None:
                return read_place(text, event_id=event_id, person=person, epoch=known.epoch)
        except PlaceRefused:
            continue
    return None
