"""Plain builders: what a test needs to exist, in one line."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from ticketing.models import Event, Hall, Reservation, Seat, TicketType
from ticketing.seating.plan import Plan
from ticketing.selections import Hold
from ticketing.services.holding import hold_tickets
from ticketing.services.paying import confirm_reservation
from ticketing.services.seating import Price, keep_layout, seat_event

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


def a_seated_event(
    plan: Plan, *, limit: int | None = None, price: int = 80_000, **fields: Any
) -> Event:
    """An event on sale in a hall that is drawn as `plan`."""
    hall, _made = Hall.objects.get_or_create(name=plan.name)
    layout = keep_layout(hall=hall, plan=plan)
    event = an_event(**fields)
    keys = {plan.categories[place.category].key for place in plan.places}
    prices = {key: Price(f"{key}석", price, limit) for key in sorted(keys)}
    seat_event(event_id=event.pk, layout_id=layout.pk, prices=prices)
    event.refresh_from_db()
    return event


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
    over = timezone.now() - timedelta(seconds=1)
    Reservation.objects.filter(pk=hold.id).update(expires_at=over)
    Seat.objects.filter(reservation=hold.id).update(expires_at=over)
