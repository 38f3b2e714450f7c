"""What holds, selections and reservations say over the wire; `serializers` documents it."""

from collections.abc import Iterable
from typing import Any

from ticketing import live
from ticketing.models import Reservation
from ticketing.selections import ChosenSeat, HeldItem, Hold, Selection


def hold_json(made: Hold | Reservation, items: Iterable[HeldItem]) -> dict[str, Any]:
    """Return what all of them say."""
    return {
        "id": str(made.id),
        "code": made.code,
        "event": str(made.event_id),
        "status": made.status,
        "expires_at": live.instant(made.expires_at),
        "items": [
            {
                "ticket_type": str(item.ticket_type),
                "name": item.name,
                "quantity": item.quantity,
                "price": item.price,
            }
            for item in items
        ],
        "total": made.total,
        "currency": made.currency,
    }


def selection_json(made: Selection) -> dict[str, Any]:
    """Return a selection, with its seats."""
    more = {"seats": seats_json(made.seats), "prolongable": not made.prolonged}
    return {**hold_json(made, made.items), **more}


def seats_json(seats: Iterable[ChosenSeat]) -> list[dict[str, Any]]:
    """Return seats by their key, their place in the layout and their ticket type."""
    return [
        {"id": seat.id, "number": seat.number, "ticket_type": str(seat.ticket_type)}
        for seat in seats
    ]
