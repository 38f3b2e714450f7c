"""Choosing: a person's seats and tickets of an event, while the clock runs."""

import contextlib
import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from accounts.errors import InvalidToken
from core.db import retrying
from realtime.publish import publish
from realtime.topics import Change
from ticketing import live, seat_claims
from ticketing.errors import (
    IdempotencyMismatch,
    LimitExceeded,
    NoSeatsTogether,
    NoSuchEvent,
    NoSuchSeat,
    NoSuchTicketType,
    PaymentPending,
    SaleClosed,
    SeatsTaken,
    SoldOut,
    StrandedSeat,
    WrongQuantity,
)
from ticketing.guards import Attempt, ask_guards
from ticketing.live_seats import publish_seats
from ticketing.models import Reservation, TicketType
from ticketing.plans import forget_layout_of, layout_of, plan_of
from ticketing.seat_claims import Choice, Moved
from ticketing.seating.best import best_available, nearest
from ticketing.seating.plan import Plan
from ticketing.seating.rules import object_to, stranded
from ticketing.services.announcing import announce_status
from ticketing.services.ending import expire_holds
from ticketing.services.holding import (
    LARGEST_ID,
    LARGEST_QUANTITY,
    MOST_TYPES,
    HeldItem,
    fresh_code,
)

TRIES = 6  # how often others may change the seats around a choice while it is being made
NOWHERE = "b"  # for a seat that was not looked at

REFUSALS: dict[str, Callable[[], Exception]] = {
    "no_event": NoSuchEvent,
    "no_user": InvalidToken,
    "no_ticket_type": NoSuchTicketType,
    "no_such_seat": NoSuchSeat,
    "sale_closed": SaleClosed,
    "limit_exceeded": LimitExceeded,
    "payment_pending": PaymentPending,
    "mismatch": IdempotencyMismatch,
}


@dataclass(frozen=True, slots=True)
class ChosenSeat:
    """A seat that is somebody's; `id` is its key in the layout."""

    id: str
    number: int
    ticket_type: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What one person has open of an event; `total` and prices are minor units."""

    id: uuid.UUID
    code: str
    event_id: int
    status: str
    expires_at: datetime
    items: list[HeldItem]
    seats: list[ChosenSeat]
    total: int
    currency: str
    prolonged: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What to change: seats by key, and how many standing tickets there shall be in all."""

    user_id: int
    event_id: int
    picks: Collection[str] = ()
    drops: Collection[str] = ()
    standing: Mapping[int, int] = field(default_factory=dict)
    anew: bool = False  # a reservation of its own, whatever is open
    key: str | None = None
    admission_pass: str | None = None

    def fingerprint(self) -> str:
        """Return what tells two bodies apart that came with the same key."""
        body = [self.event_id, sorted(self.picks), sorted(self.standing.items())]
        return hashlib.sha256(orjson.dumps(body)).hexdigest() if self.key else ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody saw of the seats before choosing: states by number, and one's own."""

    plan: Plan
    states: str
    mine: frozenset[int]


def change_selection(wish: Wish) -> Selection | None:
    """Do what `wish` says, whole or not at all; None where nothing is open and nothing was asked.

    Raises the refusals of `ticketing.errors`; `SeatsTaken` and `StrandedSeat` offer other seats.
    """
    _check(wish)
    if wish.picks or any(wish.standing.values()):
        ask_guards(Attempt("hold", wish.event_id, wish.user_id, wish.admission_pass))
    for _ in range(TRIES):
        said, plan = _try(wish)
        if said["verdict"] not in {"changed", "other_layout"}:
            return _outcome(wish, plan, said)
        forget_layout_of(wish.event_id)
    raise SeatsTaken(seats=sorted(wish.picks), alternatives=[])


def choose_best(
    wish: Wish, *, ticket_type_id: int, quantity: int, split: bool = False, accessible: bool = False
) -> Selection:
    """Add the best `quantity` free seats of a ticket type to what is open, side by side.

    What is returned is what was shown to be free and taken in the same moment; if others are
    faster, the next best is tried.
    """
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise WrongQuantity
    for _ in range(TRIES):
        plan, category = _category(wish.event_id, ticket_type_id)
        states, _versions = seat_claims.read_map(wish.event_id)
        numbers = best_available(
            plan, states, category=category, quantity=quantity, split=split, accessible=accessible
        )
        if not numbers:
            raise NoSeatsTogether
        with contextlib.suppress(SeatsTaken):
            if made := change_selection(_with(wish, plan, numbers)):
                return made
    raise NoSeatsTogether


def open_selection(*, user_id: int, event_id: int) -> Selection | None:
    """Return what this person has open of the event."""
    return change_selection(Wish(user_id=user_id, event_id=event_id))


def read_selection(reservation_id: uuid.UUID, *, replayed: bool = False) -> Selection:
    """Return a reservation as a selection; one that was `replayed` as it was first promised."""
    reservation = Reservation.objects.select_related("event").get(pk=reservation_id)
    items = reservation.items.select_related("ticket_type")
    layout_id = reservation.event.layout_id
    places = plan_of(layout_id).places if layout_id is not None else ()
    seats = reservation.seats.order_by("number").values_list("number", "ticket_type_id")
    return Selection(
        id=reservation.pk,
        code=reservation.code,
        event_id=reservation.event_id,
        status="held" if replayed else reservation.status,
        expires_at=reservation.held_until if replayed else reservation.expires_at,
        items=[
            HeldItem(row.ticket_type_id, row.ticket_type.name, row.quantity, row.price)
            for row in items
        ],
        seats=[ChosenSeat(places[number].key, number, kind) for number, kind in seats],
        total=reservation.total,
        currency=reservation.currency,
        prolonged=reservation.prolonged_at is not None,
        replayed=replayed,
    )


def _check(wish: Wish) -> None:
    if wish.event_id > LARGEST_ID:
        raise NoSuchEvent
    if len(wish.standing) > MOST_TYPES or len(wish.picks) > LARGEST_QUANTITY:
        raise WrongQuantity
    if any(not 0 <= quantity <= LARGEST_QUANTITY for quantity in wish.standing.values()):
        raise WrongQuantity  # W13: a negative quantity grew the stock


def _with(wish: Wish, plan: Plan, numbers: Iterable[int]) -> Wish:
    keys = [plan.places[number].key for number in numbers]
    return Wish(
        wish.user_id,
        wish.event_id,
        picks=keys,
        anew=wish.anew,
        key=wish.key,
        admission_pass=wish.admission_pass,
    )


def _category(event_id: int, ticket_type_id: int) -> tuple[Plan, str]:
    """Return the plan of an event and which of its seats are of a ticket type."""
    types = TicketType.objects.filter(pk=ticket_type_id, event=event_id, event__published=True)
    found = types.exclude(category="").values_list("category", "event__layout_id").first()
    if found is None:
        raise NoSuchTicketType
    return plan_of(found[1]), found[0]


def _try(wish: Wish) -> tuple[dict[str, Any], Plan | None]:
    """Look, ask the rule, and claim, once; holds of others that are over are ended for it."""
    layout_id = layout_of(wish.event_id)
    plan = plan_of(layout_id) if layout_id is not None else None
    picks, drops = _numbers(plan, wish.picks), _numbers(plan, wish.drops)
    seen: dict[int, str] = {}
    if plan is not None and picks:
        sight = _look(wish, plan, picks)
        picks = [number for number in picks if number not in sight.mine]
        _apply_rule(wish, sight, picks)
        seen = _guards(sight, picks)
    choice = Choice(
        user_id=wish.user_id,
        event_id=wish.event_id,
        layout_id=layout_id,
        anew=wish.anew,
        most=LARGEST_QUANTITY,
        picks=picks,
        drops=drops,
        standing=wish.standing,
        seen=seen,
        key=wish.key,
        fingerprint=wish.fingerprint(),
    )
    said = _claim(choice)
    if said.get("overdue") or said["verdict"] in {"limit_exceeded", "seats_taken"}:
        ended = expire_holds(
            of_types=list(wish.standing), of_seats=(wish.event_id, picks), of_user=wish.user_id
        )
        if ended:
            said = _claim(choice)
    return said, plan


@retrying
def _claim(choice: Choice) -> dict[str, Any]:
    code = fresh_code()
    return seat_claims.select(choice, reservation_id=uuid.uuid4(), code=code)


def _numbers(plan: Plan | None, keys: Collection[str]) -> list[int]:
    numbers, unknown = [], []
    for key in keys:
        try:
            if plan is None:
                raise KeyError(key)
            numbers.append(plan.number_of(key))
        except KeyError:
            unknown.append(key)
    if unknown:
        raise NoSuchSeat(seats=unknown)
    return numbers


def _look(wish: Wish, plan: Plan, picks: Collection[int]) -> Sight:
    """Read the rows of `picks`."""
    spans = list({plan.row_of(number).numbers for number in picks})
    found = seat_claims.read_rows(event_id=wish.event_id, user_id=wish.user_id, spans=spans)
    states = [NOWHERE] * len(plan.places)
    for number, letter, _own in found:
        states[number] = letter
    mine = frozenset() if wish.anew else frozenset(number for number, _, own in found if own)
    return Sight(plan, "".join(states), mine)


def _apply_rule(wish: Wish, sight: Sight, picks: Collection[int]) -> None:
    """Refuse what leaves a single seat behind while another choice leaves none."""
    if any(sight.states[number] != "f" for number in picks):
        return  # the claim says by whom
    if not stranded(sight.plan, sight.states, sorted(picks)):
        return
    states, _versions = seat_claims.read_map(wish.event_id)
    objection = object_to(sight.plan, states, sorted(picks), mine=sorted(sight.mine))
    if objection is not None:
        raise StrandedSeat(
            seats=_keys(sight.plan, objection.stranded),
            alternatives=[_keys(sight.plan, group) for group in objection.alternatives],
        )


def _guards(sight: Sight, picks: Collection[int]) -> dict[int, str]:
    """Return the seats that the rule looked at, with what it saw."""
    near = {
        number + step
        for number in picks
        for step in (-2, -1, 1, 2)
        if sight.plan.same_run(number, number + step)
    }
    return {number: sight.states[number] for number in near.difference(picks)}


def _keys(plan: Plan, numbers: Iterable[int]) -> list[str]:
    return [plan.places[number].key for number in numbers]


def _outcome(wish: Wish, plan: Plan | None, said: dict[str, Any]) -> Selection | None:
    verdict = said["verdict"]
    if verdict == "held":
        _tell(wish, said)
        return _selection(wish, plan, said)
    if verdict in {"same", "replayed"}:
        found = said["id"]
        return (
            None if found is None else read_selection(uuid.UUID(found), replayed=verdict != "same")
        )
    if verdict == "seats_taken":
        raise _taken(wish, plan)
    if verdict == "sold_out":
        raise SoldOut(available=_left(wish))
    raise REFUSALS[verdict]()


def _taken(wish: Wish, plan: Plan | None) -> SeatsTaken:
    """Name the seats that are lost, and the nearest that are not."""
    if plan is None:
        return SeatsTaken(seats=[], alternatives=[])
    states, _versions = seat_claims.read_map(wish.event_id)
    numbers = _numbers(plan, wish.picks)
    lost = [number for number in numbers if states[number] != "f"]
    groups = nearest(plan, states, numbers)
    return SeatsTaken(seats=_keys(plan, lost), alternatives=[_keys(plan, one) for one in groups])


def _left(wish: Wish) -> dict[str, int]:
    types = TicketType.objects.filter(event=wish.event_id)
    return {str(pk): available for pk, available in types.values_list("pk", "available")}


def _selection(wish: Wish, plan: Plan | None, said: dict[str, Any]) -> Selection:
    return Selection(
        id=uuid.UUID(said["id"]),
        code=said["code"],
        event_id=wish.event_id,
        status=said["status"],
        expires_at=datetime.fromisoformat(said["expires_at"]),
        items=[HeldItem(**item) for item in said["items"]],
        seats=[
            ChosenSeat(plan.places[number].key if plan else "", number, ticket_type)
            for number, ticket_type in said["seats"]
        ],
        total=said["total"],
        currency=said["currency"],
        prolonged=said["prolonged"],
    )


def _tell(wish: Wish, said: dict[str, Any]) -> None:
    """Tell the watchers of the event, of its map, and the person's own pages."""
    stock, currency = said["stock"], said["currency"]
    rows = [live.ticket_change(row, event_id=wish.event_id, currency=currency) for row in stock]
    publish(live.event_topic(wish.event_id), rows)
    publish_seats(Moved(wish.event_id, *one) for one in said["moved"])
    publish(live.user_topic(wish.user_id), [_change(wish, said)])
    if any(row["available"] == 0 for row in stock):
        announce_status(event_ids=[wish.event_id])


def _change(wish: Wish, said: dict[str, Any]) -> Change:
    """Say to the person what is now true of what they have open."""
    value = {
        "id": said["id"],
        "code": said["code"],
        "event": str(wish.event_id),
        "status": said["status"],
        "expires_at": live.instant(said["expires_at"]),
    }
    return Change(f"reservation.{said['id']}", "reservation_updated", said["version"], value)
