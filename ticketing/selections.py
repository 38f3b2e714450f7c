"""What one person has open of an event, as services return it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ticketing.models import Reservation
from ticketing.plans import plan_of
from ticketing.seating.plan import Plan
from ticketing.services.holding import HeldItem


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
