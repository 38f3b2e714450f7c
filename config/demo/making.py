"""Makes the demo's events and people, as often as you like: what is there stays."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from config.demo.halls import fill_hall, seat_show
from config.demo.load import make_line
from config.demo.programme import PROGRAMME, Show
from ticketing.models import Event, Reservation, TicketType
from ticketing.services.announcing import announce_status
from ticketing.services.holding import hold_tickets
from ticketing.services.paying import confirm_reservation

PASSWORD = "jari-demo"  # noqa: S105  # well known, so only ever made with DEBUG on
OPERATOR = "operator"
BUYERS = ("minji", "junho", "sora")
CROWD = 12  # who bought the sold-out show


def make_people() -> None:
    """Make an operator and a few buyers, all with the demo's password."""
    operator, made = User.objects.get_or_create(
        username=OPERATOR, defaults={"is_staff": True, "is_superuser": True}
    )
    people = [operator] if made else []
    for name in BUYERS:
        user, made = User.objects.get_or_create(username=name)
        people += [user] if made else []
    for user in people:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def make_programme() -> Iterator[tuple[Event, bool]]:
    """Make what is missing of the programme, and tell of each event whether it was made just now.

    The dates of shows that nobody reserved move with today.
    """
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for show in PROGRAMME:
        event, made = _make(show, now)
        if made and show.hall:
            plan = seat_show(event, show)
            fill_hall(event, plan, _crowd(show.crowd))
        if made and show.line:
            make_line(event, threshold=show.line)
        if show.sold_out:
            _sell_out(event)
        yield event, made
    announce_status()


def _make(show: Show, now: datetime) -> tuple[Event, bool]:
    day = timezone.localtime(now + timedelta(hours=show.starts))
    starts_at = day.replace(hour=show.clock.hour, minute=show.clock.minute)
    moments = {
        "sale_starts_at": now + timedelta(hours=show.opens),
        "sale_ends_at": min(now + timedelta(hours=show.closes), starts_at),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=show.hours),
    }
    words = {
        name: getattr(show, name)
        for name in ("title_en", "artist", "address", "description", "keywords")
    }
    event, made = Event.objects.get_or_create(
        title=show.title, venue=show.venue, defaults={**words, **moments}
    )
    if made:
        TicketType.objects.bulk_create(
            TicketType(
                event=event,
                name=offer.name,
                price=offer.price,
                capacity=offer.capacity,
                max_per_person=offer.limit,
                position=position,
            )
            for position, offer in enumerate(show.offers)
            if not offer.category
        )
    elif not Reservation.objects.filter(event=event).exists():
        Event.objects.filter(pk=event.pk).update(**moments)
    return event, made


def _sell_out(event: Event) -> None:
    """Have a crowd buy everything, by the services that everybody buys by."""
    for ticket_type in event.ticket_types.filter(available__gt=0):
        for buyer in _crowd(CROWD):
            ticket_type.refresh_from_db()
            quantity = min(ticket_type.available, ticket_type.max_per_person or 10)
            if quantity:
                _buy(buyer, ticket_type, quantity)


def _crowd(size: int) -> list[User]:
    names = [f"demo-crowd-{number:03}" for number in range(size)]
    return [User.objects.get_or_create(username=name)[0] for name in names]


def _buy(buyer: User, ticket_type: TicketType, quantity: int) -> None:
    if Reservation.objects.live().filter(user=buyer, event=ticket_type.event_id).exists():
        return
    hold = hold_tickets(
        user_id=buyer.pk, event_id=ticket_type.event_id, items={ticket_type.pk: quantity}
    )
    confirm_reservation(reservation_id=hold.id, user_id=buyer.pk, provider="sandbox", details={})
