"""The signed proof of one's number: with it the line is rebuilt when Redis has lost it."""

from dataclasses import dataclass

from queueing.errors import PlaceRefused
from queueing.proofs import read_facts, sign_facts

SALT = "queueing.place"


@dataclass(frozen=True, slots=True)
class Place:
    """`epoch` is that of the line: what was cleared has no places any more.

    Who came `early` has the number of a ticket, which draws for a place at the opening.
    """

    event_id: int
    person: str
    number: int
    epoch: int
    early: bool = False


def sign_place(place: Place) -> str:
    """Return `place` as the text that its person carries."""
    facts = (place.event_id, place.person, place.number, place.epoch)
    return sign_facts(*facts, int(place.early), salt=SALT)


def read_place(text: str, *, event_id: int, person: str, epoch: int) -> Place:
    """Return the place in `text` if it is `person`'s in this line; raise `PlaceRefused`."""
    found = _parse(text)
    if found.event_id != event_id:
        raise PlaceRefused("other_event")
    if found.person != person:
        raise PlaceRefused("other_person")
    if found.epoch != epoch:
        raise PlaceRefused("other_epoch")
    return found


def _parse(text: str) -> Place:
    try:
        event_id, person, number, epoch, early = read_facts(text, salt=SALT)
        return Place(int(event_id), person, int(number), int(epoch), bool(int(early)))
    except ValueError as error:
        raise PlaceRefused("forged") from error
