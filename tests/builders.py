"""Plain builders: what a test needs to exist, in one line."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from ticketing.models import Event, Reservation, TicketType
from ticketing.services.holding import Hold, hold_tickets
from ticketing.services.paying import confirm_reservation

PASSWORD = "right-horse-7"
DECLINED = "4000000000000002"
SILENT = "4000000000000408"
LATE = "4000000000000202"


def a_user(name: str, **fields: Any) -> User:
    return User.objects.create_user(name, password=PASSWORD, **fields)


def many_users(count: int) -> list[User]:
    return User.objects.bulk_create(User(username=f"buyer-{n}") for n in range(count))


def an_event(**fields: Any) -> Event:
    """An event on sale from an hour ago until it starts in a month."""
    now = timezone.now()
    defaults = {
        "title": "가을밤 콘서트",
        "title_en": "Autumn Night",
        "artist": "Alice and the Seats",
        "venue": "올림픽홀",
        "starts_at": now + timedelta(days=30),
        "ends_at": now + timedelta(days=30, hours=2),
        "sale_starts_at": now - timedelta(hours=1),
        "sale_ends_at": now + timedelta(days=30),
        "status": "on_sale",
    }
    return Event.objects.create(**{**defaults, **fields})


def a_ticket_type(event: Event, **fields: Any) -> TicketType:
    defaults = {"name": "R석", "price": 99_000, "capacity": 3, "max_per_person": None}
    return TicketType.objects.create(event=event, **{**defaults, **fields})


def a_hold(user: User, items: Mapping[TicketType, int], **more: Any) -> Hold:
    (event_id,) = {ticket_type.event_id for ticket_type in items}
    wanted = {ticket_type.pk: quantity for ticket_type, quantity in items.items()}
    return hold_tickets(user_id=user.pk, event_id=event_id, items=wanted, **more)


def pay(user: User, hold: Hold, **details: Any) -> Reservation:
    return confirm_reservation(
        reservation_id=hold.id, user_id=user.pk, provider="sandbox", details=details
    )


def let_expire(hold: Hold) -> None:
    """Move the end of `hold` into the past, as time would."""
    Reservation.objects.filter(pk=hold.id).update(expires_at=timezone.now() - timedelta(seconds=1))
