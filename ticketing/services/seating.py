"""Seating: what operators decide about the seats of an event."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q

from core.db import retrying
from ticketing.errors import (
    CapacityTooSmall,
    NoSuchCategory,
    NoSuchEvent,
    NoSuchSeat,
    SeatsInUse,
    SeatsTaken,
)
from ticketing.live_seats import publish_seats
from ticketing.models import Event, Hall, Layout, Reservation, Seat, TicketType
from ticketing.models.seat import State
from ticketing.plans import forget_layout_of, plan_of
from ticketing.seat_claims import Moved
from ticketing.seating.documents import write_layout
from ticketing.seating.plan import Plan
from ticketing.services.arranging import tell_event

MAKE_SEATS = """
INSERT INTO ticketing_seat (event_id, number, ticket_type_id, state, reason, version)
SELECT %s, w.nth - 1, w.ticket_type, 'f', '', 1
  FROM unnest(%s::bigint[]) WITH ORDINALITY AS w (ticket_type, nth)
"""

CHANGE = """
WITH locked AS MATERIALIZED (
    SELECT id, ticket_type_id FROM ticketing_seat
     WHERE event_id = %(event)s AND number = ANY (%(numbers)s) AND state = %(was)s
     ORDER BY number FOR NO KEY UPDATE
)
UPDATE ticketing_seat s SET state = %(becomes)s, reason = %(reason)s, version = version + 1
  FROM locked WHERE s.id = locked.id
RETURNING s.event_id, s.number, s.version, s.state, s.ticket_type_id
"""


@dataclass(frozen=True, slots=True)
class Price:
    """How the seats of a category are sold; `price` in minor units."""

    name: str
    price: int
    max_per_person: int | None = None


def keep_layout(*, hall: Hall, plan: Plan) -> Layout:
    """Return the layout that draws `hall` as `plan` does, made if there is none yet."""
    layout, _made = Layout.objects.get_or_create(
        hall=hall,
        version=plan.version,
        defaults={"document": write_layout(plan), "num_seats": len(plan.places)},
    )
    return layout


@retrying
@transaction.atomic(durable=True)
def seat_event(*, event_id: int, layout_id: int, prices: Mapping[str, Price]) -> int:
    """Give an event numbered seats: a ticket type for each category; return how many seats.

    An event whose seats nobody has reserved can be seated anew. Raises `SeatsInUse` otherwise,
    `NoSuchCategory` unless `prices` names just the categories of the layout that have seats.
    """
    event = Event.objects.select_for_update(no_key=True).filter(pk=event_id).first()
    if event is None:
        raise NoSuchEvent
    if Reservation.objects.filter(event=event_id, items__ticket_type__category__gt="").exists():
        raise SeatsInUse
    plan = plan_of(layout_id)
    keys = [plan.categories[place.category].key for place in plan.places]
    if wrong := set(prices).symmetric_difference(keys):
        raise NoSuchCategory(categories=sorted(wrong))
    TicketType.objects.filter(event=event_id).exclude(category="").delete()
    types = _make_types(event, keys, prices)
    with connection.cursor() as cursor:
        cursor.execute(MAKE_SEATS, [event_id, [types[key] for key in keys]])
    Event.objects.filter(pk=event_id).update(layout=layout_id, version=F("version") + 1)
    transaction.on_commit(lambda: forget_layout_of(event_id))
    tell_event(event_id=event_id)
    return len(keys)


def _make_types(event: Event, keys: list[str], prices: Mapping[str, Price]) -> dict[str, int]:
    made = TicketType.objects.bulk_create(
        TicketType(
            event=event,
            category=key,
            name=price.name,
            price=price.price,
            max_per_person=price.max_per_person,
            capacity=keys.count(key),
            position=position,
        )
        for position, (key, price) in enumerate(prices.items())
    )
    return {row.category: row.pk for row in made}


@retrying
@transaction.atomic(durable=True)
def block_seats(*, event_id: int, seats: Collection[str], reason: str) -> int:
    """Keep free seats from being sold, all or none; return how many."""
    return _change(event_id, seats, was=State.FREE, becomes=State.BLOCKED, reason=reason)


@retrying
@transaction.atomic(durable=True)
def unblock_seats(*, event_id: int, seats: Collection[str]) -> int:
    """Sell blocked seats again, all or none; return how many."""
    return _change(event_id, seats, was=State.BLOCKED, becomes=State.FREE, reason="")


def _change(event_id: int, seats: Collection[str], *, was: str, becomes: str, reason: str) -> int:
    """Move seats between free and blocked; what cannot be sold does not count as capacity.

    Ticket types are locked before seats, as everywhere.
    """
    event = Event.objects.filter(pk=event_id).select_related("layout").first()
    if event is None or event.layout_id is None:
        raise NoSuchEvent
    plan = plan_of(event.layout_id)
    numbers = [plan.number_of(key) for key in _known(plan, seats)]
    rows = Seat.objects.filter(event=event_id, number__in=numbers, state=was)
    counts = dict(rows.values_list("ticket_type").annotate(Count("pk")).order_by("ticket_type"))
    if sum(counts.values()) < len(numbers):  # else what changes meanwhile would go uncounted
        found = set(rows.values_list("number", flat=True))
        raise SeatsTaken(seats=_keys(plan, numbers, without=found), alternatives=[])
    sign = 1 if becomes == State.FREE else -1
    for ticket_type, count in sorted(counts.items()):
        fits = TicketType.objects.filter(pk=ticket_type)
        if sign < 0:
            fits = fits.filter(Q(available__gte=count))
        if not fits.update(capacity=F("capacity") + sign * count, version=F("version") + 1):
            raise CapacityTooSmall(committed=count)
    values: dict[str, Any] = {"event": event_id, "numbers": numbers, "was": was}
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, {**values, "becomes": becomes, "reason": reason})
        moved = cursor.fetchall()
    if len(moved) < len(numbers):
        done = {row[1] for row in moved}
        raise SeatsTaken(seats=_keys(plan, numbers, without=done), alternatives=[])
    publish_seats(Moved(*row[:4]) for row in moved)
    tell_event(event_id=event_id)
    return len(moved)


def _keys(plan: Plan, numbers: Collection[int], *, without: set[int]) -> list[str]:
    return [plan.places[number].key for number in numbers if number not in without]


def _known(plan: Plan, seats: Collection[str]) -> list[str]:
    unknown = [key for key in seats if not plan.has(key)]
    if unknown:
        raise NoSuchSeat(seats=unknown)
    return list(dict.fromkeys(seats))
