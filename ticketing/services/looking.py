"""Looking: what the seats around a choice were when it was made, and whether it may be made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ticketing import seat_claims
from ticketing.errors import StrandedSeat
from ticketing.models import Event
from ticketing.seating.plan import Plan
from ticketing.seating.rules import FREE, object_to, stranded

UNSEEN = "b"  # a seat that was not looked at is nobody's neighbour
REACH = 2  # how far the rule looks from a pick


@dataclass(frozen=True, slots=True)
class Sight:
    """The states of the seats around a choice, a letter each, and which of them are one's own."""

    event_id: int
    user_id: int
    joins: bool  # whether the choice joins what one has open
    plan: Plan
    states: str
    mine: frozenset[int]

    def check_rule(self, picks: Collection[int]) -> "Sight":
        """Refuse `picks` that leave a single seat behind while others would leave none.

        Return what was seen when it was decided.
        """
        if not self.are_free(picks) or not stranded(self.plan, self.states, picks):
            return self  # of those that are not free the claim speaks
        farther = self.look_farther(picks)
        if farther.are_free(picks):
            objection = object_to(self.plan, farther.states, picks, mine=farther.mine)
            if objection is not None and not self.may_strand():
                raise StrandedSeat(
                    seats=keys_of(self.plan, objection.stranded),
                    alternatives=[keys_of(self.plan, group) for group in objection.alternatives],
                )
        return farther

    def are_free(self, picks: Collection[int]) -> bool:
        """Tell whether all `picks` were free."""
        return all(self.states[number] == FREE for number in picks)

    def may_strand(self) -> bool:
        """Tell whether the operators of this event do without the rule; few ever need to ask."""
        return Event.objects.filter(pk=self.event_id, allows_lonely_seats=True).exists()

    def look_farther(self, picks: Collection[int]) -> "Sight":
        """Read all seats anew, and which are one's own in the rows of `picks`."""
        states = seat_claims.read_states(self.event_id)
        rows = list({self.plan.row_of(number).numbers for number in picks})
        found = seat_claims.read_rows(event_id=self.event_id, user_id=self.user_id, spans=rows)
        mine = frozenset(number for number, _letter, own in found if own and self.joins)
        return replace(self, states=states, mine=mine)

    def around(self, picks: Collection[int]) -> dict[int, str]:
        """Return what was seen of the seats that the rule looked at."""
        near = {
            number + step
            for number in picks
            for step in range(-REACH, REACH + 1)
            if self.plan.same_run(number, number + step)
        }
        return {number: self.states[number] for number in near.difference(picks)}


def look(plan: Plan, picks: Collection[int], *, event_id: int, user_id: int, joins: bool) -> Sight:
    """Read the seats around `picks`, as far as the rule may want to know them."""
    spans = [_around(plan, number) for number in picks]
    found = seat_claims.read_rows(event_id=event_id, user_id=user_id, spans=spans)
    states = [UNSEEN] * len(plan.places)
    for number, letter, _own in found:
        states[number] = letter
    mine = frozenset(number for number, _letter, own in found if own and joins)
    return Sight(event_id, user_id, joins, plan, "".join(states), mine)


def _around(plan: Plan, number: int) -> range:
    run = plan.run_of(number)
    return range(max(run.start, number - REACH), min(run.stop, number + REACH + 1))


def keys_of(plan: Plan, numbers: Iterable[int]) -> list[str]:
    """Return what the seats are called."""
    return [plan.places[number].key for number in numbers]
