"""Looking: what the seats around a choice were when it was made, and whether it may be made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ticketing import seat_claims
from ticketing.errors import StrandedSeat
from ticketing.models import Event
from ticketing.seat_claims import Nearby
from ticketing.seating.plan import Plan
from ticketing.seating.rules import (
    FREE,
    Objection,
    neighbours,
    object_to,
    set_letters,
    stranded,
)

UNSEEN = "b"  # a seat that was not looked at is nobody's neighbour
REACH = 2  # how far the rule looks from a pick


@dataclass(frozen=True, slots=True)
class Sight:
    """The states of the seats around a choice, a letter each, and which of them are one's own.

    Those of `drops` that are one's own are given back by the same choice.
    """

    event_id: int
    user_id: int
    joins: bool  # whether the choice joins what one has open
    plan: Plan
    states: str
    mine: frozenset[int]
    drops: frozenset[int]

    @property
    def afterwards(self) -> str:
        """The states as they are when what the choice gives back is free."""
        return set_letters(self.states, self.mine & self.drops, FREE)

    def check_rule(self, picks: Collection[int]) -> "Sight":
        """Refuse `picks` that leave a single seat behind while others would leave none.

        Return what was seen when it was decided.
        """
        if not self.are_free(picks) or not stranded(self.plan, self.afterwards, picks):
            return self  # of those that are not free the claim speaks
        farther = self.look_farther(picks)
        if farther.are_free(picks):
            kept = farther.mine - self.drops
            objection = object_to(self.plan, farther.afterwards, picks, mine=kept)
            refuse_stranding(self.plan, objection, event_id=self.event_id)
        return farther

    def are_free(self, picks: Collection[int]) -> bool:
        """Tell whether all `picks` were free."""
        return all(self.states[number] == FREE for number in picks)

    def look_farther(self, picks: Collection[int]) -> "Sight":
        """Read all seats anew, and which are one's own in the rows of `picks` and `drops`."""
        states = seat_claims.read_states(self.event_id)
        rows = list({self.plan.row_of(number).numbers for number in self.drops.union(picks)})
        found = seat_claims.read_rows(event_id=self.event_id, user_id=self.user_id, spans=rows)
        mine = frozenset(number for number, _letter, own in found if own and self.joins)
        return replace(self, states=states, mine=mine)

    def of(self, near: Nearby) -> str:
        """Return the states of the seats in `near`, a letter each."""
        return "".join([self.states[number] for number in near.seats])


def nearby(plan: Plan, picks: Collection[int]) -> Nearby:
    """Return the seats that the rule looks at, and which of them `picks` might leave alone."""
    near = {number for pick in picks for number in _around(plan, pick)}
    seats = sorted(near.difference(picks))
    place = {number: at for at, number in enumerate(seats, start=1)}
    beside, beyond = [], []
    for pick in picks:
        for number in neighbours(plan, pick):
            if number in place:
                farther = number + number - pick
                beside.append(place[number])
                beyond.append(place.get(farther, 0) if plan.same_run(number, farther) else 0)
    return Nearby(seats, beside, beyond)


def look(
    plan: Plan,
    picks: Collection[int],
    *,
    event_id: int,
    user_id: int,
    joins: bool,
    drops: Collection[int] = (),
) -> Sight:
    """Read the seats around `picks`, as far as the rule may want to know them."""
    states, mine = read_around(plan, picks, event_id=event_id, user_id=user_id)
    own = mine if joins else frozenset[int]()
    return Sight(event_id, user_id, joins, plan, states, own, frozenset(drops))


def read_around(
    plan: Plan, numbers: Collection[int], *, event_id: int, user_id: int
) -> tuple[str, frozenset[int]]:
    """Return the states of the seats that the rule may ask about, and which are that person's."""
    spans = [_around(plan, number) for number in numbers]
    found = seat_claims.read_rows(event_id=event_id, user_id=user_id, spans=spans)
    states = [UNSEEN] * len(plan.places)
    for number, letter, _own in found:
        states[number] = letter
    return "".join(states), frozenset(number for number, _letter, own in found if own)


def refuse_stranding(plan: Plan, objection: Objection | None, *, event_id: int) -> None:
    """Raise what the rule objects to, unless the operators of this event do without it."""
    if objection is None or _may_strand(event_id):
        return
    raise StrandedSeat(
        event=str(event_id),
        seats=keys_of(plan, objection.stranded),
        alternatives=[keys_of(plan, group) for group in objection.alternatives],
    )


def keys_of(plan: Plan, numbers: Iterable[int]) -> list[str]:
    """Return what the seats are called."""
    return [plan.places[number].key for number in numbers]


def _may_strand(event_id: int) -> bool:
    return Event.objects.filter(pk=event_id, allows_lonely_seats=True).exists()


def _around(plan: Plan, number: int) -> range:
    run = plan.run_of(number)
    return range(max(run.start, number - REACH), min(run.stop, number + REACH + 1))
