"""What the pages of a waiting room show of it."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context

from queueing.forecasts import Wait
from queueing.rules import RULES, Rules
from queueing.services.turns import Turn
from queueing.visits import place_cookie
from queueing.waits import name_wait, wait_words

register = template.Library()

SOONEST, LATEST = 5, 60  # seconds between two looks of a page without script


@register.inclusion_tag("queueing/fragments/room.html")
def line_room(room: Mapping[str, Any]) -> Mapping[str, Any]:
    """Show the figures of a line, from the very values that its watchers are told."""
    return room


@register.inclusion_tag("queueing/words.html")
def line_words() -> dict[str, Any]:
    """Hand the words of the page to its scripts."""
    return {"waits": wait_words()}


@register.simple_tag
def line_rules(event_id: int) -> Rules:
    """Return how the room of an event treats people."""
    return RULES.of(event_id)


@register.simple_tag(takes_context=True)
def lost_place(context: Context, turn: Turn) -> bool:
    """Tell whether the reader stood in this line before, and stands in it no more.

    A script that heard of it first has lost the cookie by that, and says so itself.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or turn.joined:
        return False
    return bool(request.COOKIES.get(place_cookie(turn.event_id))) or "was" in request.GET


@register.simple_tag(takes_context=True)
def newcomer_wait(context: Context) -> str:
    """Return how long who joins now will wait, as far as the line's figures tell."""
    speed, span = context.get("speed") or 0, context.get("range")
    if not speed or not span or context.get("reason"):
        return ""
    expected = (context["last"] + 1 - context["frontier"]) / speed
    if context["per_minute"]:  # numbers may have a gap, through which nobody has to wait
        expected = min(expected, (context["waiting"] + 1) * 60 / context["per_minute"])
    return name_wait(expected * span[0], expected * span[1])


@register.filter
def said(wait: Wait | None) -> str:
    """Return how long a wait is, in words."""
    return wait_words()["unknown"] if wait is None else name_wait(wait.low, wait.high)


@register.filter
def refresh_after(turn: Turn) -> int:
    """Return after how many seconds a page without script asks again."""
    return min(max(round(turn.poll_after), SOONEST), LATEST)


@register.filter
def percent(share: float) -> int:
    """Return a share as whole percent."""
    return round(share * 100)


@register.filter
def minutes(seconds: int) -> int:
    """Return whole minutes, one at least."""
    return max(1, round(seconds / 60))
