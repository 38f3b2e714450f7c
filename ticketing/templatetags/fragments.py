"""The fragments that the hub replaces, shown by the page from the very same values."""

from typing import Any, cast

from django import template

from realtime.topics import Change
from ticketing import live
from ticketing.models import Event, Reservation, TicketType

register = template.Library()


@register.inclusion_tag("ticketing/fragments/ticket_stock.html")
def ticket_stock(ticket_type: TicketType, event: Event) -> dict[str, Any]:
    """Show how many of `ticket_type` are left."""
    return live.ticket_value(ticket_type, event_id=event.pk, currency=event.currency)


@register.inclusion_tag("ticketing/fragments/event_status.html")
def event_status(event: Event) -> dict[str, Any]:
    """Show where the sale of `event` stands; `event` comes with its `current_status`."""
    return _value(live.event_change(event, status=event.current_status))


@register.inclusion_tag("ticketing/fragments/reservation_status.html")
def reservation_status(reservation: Reservation, oob: bool = False) -> dict[str, Any]:
    """Show where `reservation` stands; `oob` where it rides along with another fragment."""
    return {**_value(live.reservation_change(reservation)), "oob": oob}


def _value(change: Change) -> dict[str, Any]:
    return cast(dict[str, Any], change.value)
