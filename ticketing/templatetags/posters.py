"""The poster of an event: its own, or one drawn for it."""

from typing import Any

from django import template

from ticketing import posters
from ticketing.models import Event

register = template.Library()


@register.inclusion_tag("ticketing/poster.html")
def poster(event: Event) -> dict[str, Any]:
    """Show the picture of `event`."""
    if event.poster:
        return {"address": event.poster.url}
    dark = posters.palette_of(event.pk).ink.lower() > "#8"
    return {"event": event, "picture": posters.draw(event.pk), "tone": "light" if dark else "dark"}
