"""What one person holds of an event, as services return it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Now

from ticketing.models import Reservation, ReservationItem
from ticketing.models.reservation import Status
from ticketing.plans import plan_of
from ticketing.seating.plan import Plan


@dataclass(frozen=True, slots=True)
class HeldItem:
    """So many tickets of a type; `price` is for one, in minor units."""

    ticket_type: int
    name: str
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class ChosenSeat:
    """A seat that is somebody's; `id` is its key in the layout."""

    id: str
    number: int
    ticket_type: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A fresh hold, or the one that the same idempotency key made before; `total` as prices."""

    id: uuid.UUID
    code: str
    event_id: int
    status: str = "held"
    expires_at: datetime
    items: list[HeldItem]
    total: int
    currency: str
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection(Hold):
    """What one person has open of an event, which may grow and shrink."""

    seats: list[ChosenSeat] = field(default_factory=list)
    prolonged: bool = False


def selection_of(event_id: int, plan: Plan | None, said: Mapping[str, Any]) -> Selection:
    """Return what `ticketing_select` says of a selection."""
    return Selection(
        id=uuid.UUID(said["id"]),
        code=said["code"],
        event_id=event_id,
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


def read_open(*, user_id: int, event_id: int) -> Selection | None:
    """Return the latest live hold that somebody has of a public event. Three queries."""
    mine = _rows().filter(user=user_id, event=event_id, event__published=True)
    live = mine.filter(status=Status.HELD, expires_at__gt=Now())
    found = live.order_by("-created_at").first()
    return None if found is None else _selection(found)


def read_selection(reservation_id: uuid.UUID) -> Selection:
    """Return a reservation as a selection."""
    return _selection(_rows().get(pk=reservation_id))


def replay_selection(reservation_id: uuid.UUID) -> Selection:
    """Return a selection as it was first answered, but for its seats."""
    row = _rows().get(pk=reservation_id)
    return replace(_selection(row), status="held", expires_at=row.held_until, replayed=True)


def replay_hold(reservation_id: uuid.UUID) -> Hold:
    """Return a hold as it was first answered, whatever became of it since."""
    row = _rows().get(pk=reservation_id)
    return Hold(**_held(row), expires_at=row.held_until, replayed=True)


def held_items(reservation: Reservation) -> list[HeldItem]:
    """Return what a reservation claims, whose items are loaded with their ticket types."""
    return [
        HeldItem(row.ticket_type_id, row.ticket_type.name, row.quantity, row.price)
        for row in reservation.items.all()
    ]


def seats_of(reservation: Reservation) -> list[ChosenSeat]:
    """Return the seats of a reservation; asks for them if they are not loaded yet."""
    layout_id = reservation.event.layout_id
    if layout_id is None:
        return []
    places = plan_of(layout_id).places
    return [
        ChosenSeat(places[seat.number].key, seat.number, seat.ticket_type_id)
        for seat in reservation.seats.all()
    ]


def _rows() -> QuerySet[Reservation]:
    items = ReservationItem.objects.select_related("ticket_type")
    return Reservation.objects.select_related("event").prefetch_related(Prefetch("items", items))


def _selection(row: Reservation) -> Selection:
    return Selection(
        **_held(row),
        status=row.status,
        expires_at=row.expires_at,
        seats=seats_of(row),
        prolonged=row.prolonged_at is not None,
    )


def _held(row: Reservation) -> dict[str, Any]:
    """Return what stays of a hold as long as nobody changes it."""
    return {
        "id": row.pk,
        "code": row.code,
        "event_id": row.event_id,
        "items": held_items(row),
        "total": row.total,
        "currency": row.currency,
    }
