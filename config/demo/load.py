"""What load tests and rehearsals need: users with tokens, an event that everybody wants."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue_access
from ticketing.models import Event, TicketType
from ticketing.models.event import Status

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


def make_hot_event(*, capacity: int, limit: int | None) -> tuple[Event, TicketType]:
    """Make an event on sale with one ticket type of `capacity`, at most `limit` a person."""
    now = timezone.now()
    event = Event.objects.create(
        title=f"Hot sale of {capacity}",
        venue="Rehearsal stage",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=2),
        sale_starts_at=now - timedelta(minutes=1),
        sale_ends_at=now + timedelta(days=29),
        status=Status.ON_SALE,
    )
    ticket_type = TicketType.objects.create(
        event=event, name="Standing", price=50_000, capacity=capacity, max_per_person=limit
    )
    return event, ticket_type
