"""Seats and names as readers know them, and seats that are offered instead of what was refused."""

from typing import Any

from django import template
from django.http import HttpRequest

from core.errors import DomainError
from ticketing.models import ReservationItem, Ticket
from ticketing.places import place_of_ticket, places_of_item
from ticketing.plans import layout_of, plan_of
from ticketing.seating.naming import local_name, name_seats

register = template.Library()

PAGES = {"ticketing:change-seats", "ticketing:best-seats"}


@register.filter
def local(name: str) -> str:
    """Return a name in the reader's language, where it is in two."""
    return local_name(name)


@register.filter
def places(item: ReservationItem) -> list[str]:
    """Return where the seats of an item are, a row each."""
    return places_of_item(item)


@register.filter
def place(ticket: Ticket) -> str:
    """Return where one sits with a ticket; empty where one stands."""
    return place_of_ticket(ticket)


@register.inclusion_tag("ticketing/seat_alternatives.html", takes_context=True)
def seat_alternatives(context: template.Context, error: DomainError) -> dict[str, Any]:
    """Offer what a refusal of seats offers, as buttons that pick it."""
    request: HttpRequest = context["request"]
    found = request.resolver_match
    on_page = found is not None and found.view_name in PAGES
    if not on_page and "event" not in error.facts:
        return {"groups": []}
    event_id = int(found.kwargs["event_id"] if found and on_page else error.facts["event"])
    layout_id = layout_of(event_id)
    plan = plan_of(layout_id) if layout_id is not None else None
    groups = [
        {"keys": keys, "name": " + ".join(name_seats(plan, map(plan.number_of, keys)))}
        for keys in error.facts.get("alternatives", [])
        if plan is not None and keys and all(map(plan.has, keys))
    ]
    return {
        "request": request,
        "groups": groups,
        "event_id": event_id,
        "on_page": on_page,
        "around": _around(request, error),
        "section": request.POST.get("section", ""),
        "csrf_token": context.get("csrf_token"),
    }


def _around(request: HttpRequest, error: DomainError) -> list[str]:
    """Return the seats whose neighbours would move over with them."""
    if error.code != "stranded_seat":
        return []
    return [*request.POST.getlist("pick"), *error.facts.get("seats", [])]
