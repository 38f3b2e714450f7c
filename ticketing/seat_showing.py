"""What the page of seats shows: the hall by section and row, its prices, and what one has."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from ticketing import seat_claims, showing
from ticketing.errors import NoSuchLayout
from ticketing.live_seats import WORDS
from ticketing.models import Event, TicketType
from ticketing.plans import plan_of
from ticketing.seat_map import SeatMap
from ticketing.seating.naming import name_seat
from ticketing.seating.plan import Plan, Row, Section
from ticketing.selections import Selection
from ticketing.services.choosing import open_selection

MOST_SEATS = 500  # on one page of the list: a button each
COLOURS = 8  # that tokens.css has for categories


@dataclass(frozen=True, slots=True)
class Band:
    """The seats of one price; `index` is that of the layout's category."""

    index: int
    colour: int
    ticket_type: TicketType
    free: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One seat of the list; `state` is a word, `mine` where it is one's own."""

    key: str
    number: int
    label: str
    name: str
    band: Band
    state: str
    accessible: bool
    companion: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    name: str
    stretches: list[list[Cell]]  # with an aisle between each two


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with its free seats; with rows where it is open, `more` naming the next one."""

    key: str
    name: str
    free: int
    num_seats: int
    rows: list[ShownRow] = field(default_factory=list)
    more: str = ""


@dataclass(frozen=True, slots=True)
class MySeat:
    key: str
    number: int
    name: str
    ticket_type: str
    price: int


@dataclass(frozen=True, slots=True)
class MySelection:
    """What one has open of an event, with seats by name and the standing by quantity."""

    selection: Selection
    seats: list[MySeat]
    standing: dict[int, int]

    @property
    def expires_at(self) -> datetime:
        return self.selection.expires_at

    @property
    def quantity(self) -> int:
        return len(self.seats) + sum(self.standing.values())


@dataclass(frozen=True, slots=True)
class SeatsShown:
    """All that the page needs. Its counts and its list come from the same `states`."""

    event: Event
    plan: Plan
    states: str
    bands: list[Band]
    sections: list[ShownSection]
    standing: list[showing.Choice]
    mine: MySelection | None


def show_seats(*, event_id: int, user_id: int | None, section: str, row: str) -> SeatsShown:
    """Return the seats of an event, `section` with its rows from `row` on. Eight queries at most.

    Raises `NoSuchEvent`, and `NoSuchLayout` where nobody has a numbered seat.
    """
    offer = showing.show_offer(event_id=event_id, user_id=user_id)
    event = offer.event
    if event.layout_id is None:
        raise NoSuchLayout
    plan = plan_of(event.layout_id)
    mine = show_selection(event_id=event_id, user_id=user_id)
    states = seat_claims.read_states(event_id)
    types = [one.ticket_type for one in offer.choices if one.ticket_type.category]
    counts = SeatMap(event, plan, states, types).count()
    bands = {
        index: Band(
            index, plan.categories[index].colour % COLOURS, one, counts[one.category]["free"]
        )
        for one in types
        for index in [plan.category_index(one.category)]
    }
    standing = [one for one in offer.choices if not one.ticket_type.category]
    for choice in standing:
        kept = mine.standing.get(choice.ticket_type.pk, 0) if mine else 0
        choice.mine, choice.quantity = max(choice.mine - kept, 0), kept
    return SeatsShown(
        event=event,
        plan=plan,
        states=states,
        bands=list(bands.values()),
        sections=_Listing(plan, states, bands, mine).sections(section, row),
        standing=standing,
        mine=mine,
    )


def show_selection(*, event_id: int, user_id: int | None) -> MySelection | None:
    """Return what a person has open of an event, None where that is nothing."""
    if user_id is None:
        return None
    found = open_selection(user_id=user_id, event_id=event_id)
    if found is None or found.status != "held":
        return None
    layout_id = Event.objects.values_list("layout_id", flat=True).get(pk=event_id)
    names = {item.ticket_type: item.name for item in found.items}
    prices = {item.ticket_type: item.price for item in found.items}
    seated = {seat.ticket_type for seat in found.seats}
    plan = plan_of(layout_id) if layout_id is not None and seated else None
    seats = [
        MySeat(
            seat.id,
            seat.number,
            name_seat(plan, seat.number),
            names[seat.ticket_type],
            prices[seat.ticket_type],
        )
        for seat in found.seats
        if plan is not None
    ]
    standing = {
        one.ticket_type: one.quantity for one in found.items if one.ticket_type not in seated
    }
    return MySelection(found, seats, standing)


def joined(plan: Plan, own: Collection[int], around: Collection[int]) -> set[int]:
    """Return those of one's `own` seats that `around` would join, one beside the other."""
    found = set(around)
    edge = list(around)
    while edge:
        number = edge.pop()
        beside = {one for one in (number - 1, number + 1) if plan.same_run(number, one)}
        fresh = beside.intersection(own) - found
        found |= fresh
        edge.extend(fresh)
    return found.intersection(own)


@dataclass(frozen=True, slots=True)
class _Listing:
    """Lays a plan out by section, row and seat."""

    plan: Plan
    states: str
    bands: dict[int, Band]
    mine: MySelection | None

    def sections(self, opened: str, row: str) -> list[ShownSection]:
        return [self._section(one, one.key == opened, row) for one in self.plan.sections]

    def _section(self, section: Section, is_open: bool, row: str) -> ShownSection:
        first, last = section.rows[0].first, section.rows[-1]
        span = self.states[first : last.first + last.count]
        rows, more = self._page(section, row) if is_open else ([], "")
        return ShownSection(section.key, section.name, span.count("f"), len(span), rows, more)

    def _page(self, section: Section, row: str) -> tuple[list[ShownRow], str]:
        """Return rows from `row` on, as many as a page bears, and the key of the next."""
        keys = [one.key for one in section.rows]
        start = keys.index(row) if row in keys else 0
        own = {seat.number for seat in self.mine.seats} if self.mine else set()
        rows: list[ShownRow] = []
        room = MOST_SEATS
        for one in section.rows[start:]:
            if rows and one.count > room:
                return rows, one.key
            room -= one.count
            rows.append(self._row(one, own))
        return rows, ""

    def _row(self, row: Row, own: set[int]) -> ShownRow:
        stretches = [[self._cell(number, own) for number in run] for run in row.runs]
        return ShownRow(row.name, stretches)

    def _cell(self, number: int, own: set[int]) -> Cell:
        place = self.plan.places[number]
        return Cell(
            key=place.key,
            number=number,
            label=place.label,
            name=name_seat(self.plan, number),
            band=self.bands[place.category],
            state="mine" if number in own else WORDS[self.states[number]],
            accessible=place.accessible,
            companion=place.companion,
        )
