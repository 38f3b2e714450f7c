"""Arranging: what operators change about an event while people buy."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from core.db import retrying
from core.later import enqueue
from realtime.publish import publish
from ticketing import live
from ticketing.errors import (
    AlreadyCancelled,
    CapacityTooSmall,
    NoSuchTicketType,
    SeatsAreCounted,
)
from ticketing.models import Event, TicketType
from ticketing.services.announcing import announce_status


@retrying
def set_capacity(*, ticket_type_id: int, capacity: int) -> TicketType:
    """Change how many there are to sell, never below what is sold and held (W14)."""
    fits = TicketType.objects.filter(pk=ticket_type_id, category="", capacity__gte=0).filter(
        held__lte=capacity - F("sold")
    )
    changed = fits.update(capacity=capacity, version=F("version") + 1)
    ticket_type = TicketType.objects.select_related("event").filter(pk=ticket_type_id).first()
    if ticket_type is None:
        raise NoSuchTicketType
    if ticket_type.category:
        raise SeatsAreCounted
    if not changed:
        raise CapacityTooSmall(committed=ticket_type.held + ticket_type.sold)
    tell_event(event_id=ticket_type.event_id)
    return ticket_type


@retrying
@transaction.atomic(durable=True)
def cancel_event(*, event_id: int) -> None:
    """Call an event off: nothing more is sold, every reservation ends, all money goes back."""
    cancelled = Event.objects.filter(pk=event_id, cancelled_at=None).update(
        cancelled_at=Now(), version=F("version") + 1
    )
    if not cancelled:
        raise AlreadyCancelled
    tell_event(event_id=event_id)
    enqueue("ticketing.jobs.cancel_all_of", event_id)


def tell_event(*, event_id: int) -> None:
    """Publish what is now true of an event and its ticket types, once it is committed."""
    transaction.on_commit(lambda: _tell(event_id), robust=True)


def _tell(event_id: int) -> None:
    announce_status(event_ids=[event_id])
    event = Event.objects.public().with_status().filter(pk=event_id).first()
    if event is None:
        return
    change = live.event_change(event, status=event.current_status)
    types = live.stock_changes(event.ticket_types.all(), event=event)
    publish(live.event_topic(event_id), [change, *types])
    publish(live.ALL_EVENTS, [change])
