"""The topics of ticketing: who may watch, and what is true now.

`event.<id>`   the event and its ticket types; anyone
`events.all`   the status of every event that can still change; anyone
`user.<id>`    one person's own reservations; that person
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db.models import Model
from django.db.models.functions import Now
from django.template.loader import render_to_string

from realtime.topics import Change, TopicKind, UnknownTopic, register
from ticketing.ids import rows_of
from ticketing.models import Event, Reservation, TicketType

LARGEST_LIST = 500
RECENT = 50  # reservations in the snapshot of `user.<id>`

ALL_EVENTS = "events.all"

# A window function reads all that somebody ever reserved: 100 ms instead of 9 for 20,000.
LATEST = """
SELECT latest.* FROM unnest(%s::bigint[]) AS person (id) CROSS JOIN LATERAL (
    SELECT id, code, user_id, event_id, status, expires_at, version
      FROM ticketing_reservation
     WHERE user_id = person.id ORDER BY created_at DESC, id LIMIT %s
) AS latest
"""


def event_topic(event_id: int) -> str:
    return f"event.{event_id}"


def user_topic(user_id: int) -> str:
    return f"user.{user_id}"


def event_change(event: Event, *, status: str) -> Change:
    """Say what is now true of `event`."""
    value = {
        "id": str(event.pk),
        "title": event.title,
        "title_en": event.title_en,
        "status": status,
        "starts_at": instant(event.starts_at),
        "opens_at": instant(event.opens_at),
        "sale_starts_at": instant(event.sale_starts_at),
        "sale_ends_at": instant(event.sale_ends_at),
    }
    return Change(f"event.{event.pk}", "event_updated", event.version, value)


def ticket_value(
    row: Mapping[str, Any] | TicketType, *, event_id: int, currency: str
) -> dict[str, Any]:
    """Return a ticket type as it goes over the wire; `row` comes from the ORM or from a claim."""
    read = _reader(row)
    return {
        "id": str(read("id")),
        "event": str(event_id),
        "name": read("name"),
        "price": read("price"),
        "currency": currency,
        "capacity": read("capacity"),
        "available": read("available"),
        "held": read("held"),
        "sold": read("sold"),
        "max_per_person": read("max_per_person"),
        "sale_starts_at": instant(read("sale_starts_at")),
        "sale_ends_at": instant(read("sale_ends_at")),
    }


def ticket_change(row: Mapping[str, Any] | TicketType, *, event_id: int, currency: str) -> Change:
    """Say what is now true of a ticket type."""
    value = ticket_value(row, event_id=event_id, currency=currency)
    return Change(f"ticket.{value['id']}", "ticket_updated", _reader(row)("version"), value)


def reservation_change(row: Mapping[str, Any] | Reservation) -> Change:
    """Say what is now true of a reservation, to its owner; `row` as in `ticket_value`."""
    read = _reader(row)
    value = {
        "id": str(read("id")),
        "code": read("code"),
        "event": str(read("event_id")),
        "status": read("status"),
        "expires_at": instant(read("expires_at")),
    }
    return Change(f"reservation.{value['id']}", "reservation_updated", read("version"), value)


def event_snapshots(idents: Collection[str]) -> dict[str, list[Change]]:
    """Read events and their ticket types, in two queries however many they are."""
    rows = rows_of(idents)
    events = Event.objects.public().with_status().prefetch_related("ticket_types")
    found = {event.pk: event for event in events.filter(pk__in=set(rows.values())).order_by()}
    return {ident: _event_changes(found[row]) for ident, row in rows.items() if row in found}


def _event_changes(event: Event) -> list[Change]:
    return [
        event_change(event, status=event.current_status),
        *stock_changes(event.ticket_types.all(), event=event),
    ]


def events_snapshot(ident: str) -> list[Change]:
    """Read the status of the events whose sale is not over."""
    if ident != "all":
        raise UnknownTopic
    events = Event.objects.public().with_status().filter(sale_ends_at__gt=Now())
    return [event_change(event, status=event.current_status) for event in events[:LARGEST_LIST]]


def user_snapshots(idents: Collection[str]) -> dict[str, list[Change]]:
    """Read the latest reservations of each of many people, in one query."""
    rows = rows_of(idents)
    changes: dict[int, list[Change]] = {row: [] for row in rows.values()}
    for reservation in Reservation.objects.raw(LATEST, [list(changes), RECENT]):
        changes[reservation.user_id].append(reservation_change(reservation))
    return {ident: changes[row] for ident, row in rows.items()}


def is_that_user(user: Any, ident: str) -> bool:
    return bool(user.is_authenticated) and str(user.pk) == ident


def fragments(change: Change) -> str | None:
    """Render the page's own fragment of `change`, to be swapped by its id."""
    template = {
        "ticket_updated": "ticketing/fragments/ticket_stock.html",
        "event_updated": "ticketing/fragments/event_status.html",
        "reservation_updated": "ticketing/fragments/reservation_status.html",
        "viewers_updated": "ticketing/fragments/viewers.html",
    }.get(change.kind)
    if template is None or not isinstance(change.value, dict):
        return None
    return render_to_string(template, {**change.value, "oob": True})


def register_topics() -> None:
    register(
        TopicKind(
            prefix="event",
            public=True,
            snapshots=event_snapshots,
            fragments=fragments,
            presence=True,
        )
    )
    register(TopicKind(prefix="events", public=True, snapshot=events_snapshot, fragments=fragments))
    register(
        TopicKind(
            prefix="user",
            public=False,
            may_watch=is_that_user,
            snapshots=user_snapshots,
            fragments=fragments,
        )
    )


def stock_changes(rows: Iterable[TicketType], *, event: Event) -> list[Change]:
    return [ticket_change(row, event_id=event.pk, currency=event.currency) for row in rows]


def _reader(row: Mapping[str, Any] | Model) -> Callable[[str], Any]:
    return row.__getitem__ if isinstance(row, Mapping) else partial(getattr, row)


def instant(moment: datetime | str | None) -> str | None:
    """Write an instant as ISO 8601 in UTC."""
    if moment is None:
        return None
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
