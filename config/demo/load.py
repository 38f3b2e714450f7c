"""What load tests and rehearsals need: users with tokens, an event that everybody wants."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue_access
from queueing.models.room import LARGEST_LIMIT, Mode
from queueing.services.steering import create_room
from ticketing.models import Event, Hall, TicketType
from ticketing.models.event import Status
from ticketing.seating.plan import Plan
from ticketing.seating.samples import SAMPLES, make_plain_hall
from ticketing.services.seating import Price, keep_layout, seat_event

TOKEN_LIFETIME = timedelta(days=1)
PORTION = 1000  # users a statement


def make_users(count: int) -> list[int]:
    """Make `count` users who cannot sign in by password; return their ids."""
    names = [f"load-{number:06}" for number in range(count)]
    for start in range(0, count, PORTION):
        User.objects.bulk_create(
            (
                User(username=name, password=UNUSABLE_PASSWORD_PREFIX)
                for name in names[start : start + PORTION]
            ),
            ignore_conflicts=True,
        )
    return list(
        User.objects.filter(username__in=names).order_by("username").values_list("pk", flat=True)
    )


def write_tokens(user_ids: list[int], file: Path) -> None:
    """Write one access token a line, valid a day."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{token}\n" for token in _tokens(user_ids)))


def _tokens(user_ids: list[int]) -> Iterator[str]:
    for user_id in user_ids:
        yield issue_access(user_id, lifetime=TOKEN_LIFETIME)


def make_hall_event(num_seats: int) -> tuple[Event, list[int]]:
    """Make an event on sale with `num_seats` numbered seats; return it and its ticket types."""
    plan = hall_of(num_seats)
    hall, _made = Hall.objects.get_or_create(name=plan.name)
    event = _make_event(f"Seats for {num_seats}")
    sold = {plan.categories[place.category].key for place in plan.places}
    prices = {
        category.key: Price(category.name, 50_000 + 20_000 * (len(plan.categories) - rank))
        for rank, category in enumerate(plan.categories)
        if category.key in sold
    }
    layout = keep_layout(hall=hall, plan=plan)
    seat_event(event_id=event.pk, layout_id=layout.pk, prices=prices)
    return event, list(event.ticket_types.values_list("pk", flat=True))


def hall_of(num_seats: int) -> Plan:
    """Return the sample of just that size, else a plain hall."""
    for make in SAMPLES.values():
        plan = make()
        if len(plan.places) == num_seats:
            return plan
    return make_plain_hall(num_seats)


def make_hot_event(*, capacity: int, limit: int | None) -> tuple[Event, TicketType]:
    """Make an event on sale with one ticket type of `capacity`, at most `limit` a person."""
    event = _make_event(f"Hot sale of {capacity}")
    ticket_type = TicketType.objects.create(
        event=event, name="Standing", price=50_000, capacity=capacity, max_per_person=limit
    )
    return event, ticket_type


def make_line(event: Event, *, threshold: int) -> None:
    """Put a waiting room that is forced on in front of `event`.

    A sale at this pace is bound by its threshold, so the rate lets a room full in each second.
    """
    rate = min(60 * threshold, LARGEST_LIMIT)
    settings = {"mode": Mode.ON, "threshold": threshold, "rate": rate}
    create_room(event_id=event.pk, changes=settings, by=None)


def _make_event(title: str) -> Event:
    now = timezone.now()
    return Event.objects.create(
        title=title,
        venue="Rehearsal stage",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=2),
        sale_starts_at=now - timedelta(minutes=1),
        sale_ends_at=now + timedelta(days=29),
        status=Status.ON_SALE,
    )
