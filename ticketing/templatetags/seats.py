"""Seats by name, and those that are offered instead of what was refused."""

from typing import Any

from django import template
from django.http import HttpRequest

from core.errors import DomainError
from ticketing.plans import layout_of, plan_of
from ticketing.seat_showing import group_name

register = template.Library()

PAGES = {"ticketing:change-seats", "ticketing:best-seats"}


@register.inclusion_tag("ticketing/seat_alternatives.html", takes_context=True)
def seat_alternatives(context: template.Context, error: DomainError) -> dict[str, Any]:
    """Offer what a refusal of seats offers, as buttons that pick it."""
    request: HttpRequest = context["request"]
    found = request.resolver_match
    if found is None or found.view_name not in PAGES:
        return {"groups": []}
    event_id = found.kwargs["event_id"]
    layout_id = layout_of(event_id)
    plan = plan_of(layout_id) if layout_id is not None else None
    groups = [
        {"keys": keys, "name": group_name(plan, [plan.number_of(key) for key in keys])}
        for keys in error.facts.get("alternatives", [])
        if plan is not None and keys and all(map(plan.has, keys))
    ]
    return {
        "request": request,
        "groups": groups,
        "event_id": event_id,
        "around": _around(request, error),
        "section": request.POST.get("section", ""),
        "csrf_token": context.get("csrf_token"),
    }


def _around(request: HttpRequest, error: DomainError) -> list[str]:
    """Return the seats whose neighbours would move over with them."""
    if error.code != "stranded_seat":
        return []
    return [*request.POST.getlist("pick"), *error.facts.get("seats", [])]
