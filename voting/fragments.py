"""The fragments of the pages of rounds, rendered from what their watchers are told."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from realtime.topics import Change

TEMPLATES = {
    "place_vote": "tally",
    "menu_vote": "tally",
    "date_vote": "tally",
    "vote_update": "figures",
    "leader_changed": "lead",
    "comment_updated": "said",
    "viewers_updated": "here",
    "typing": "here",
}


def fragments(change: Change) -> str | None:
    """Render the page's own fragments of one change, the same for everybody."""
    template = TEMPLATES.get(change.kind)
    if template is None or not isinstance(change.value, dict):
        return None
    told = {**change.value, "version": change.version, "oob": True}
    if template == "tally":
        told |= {"kind": change.key.partition(".")[0], "latest": True}
    if template == "here":
        told |= _people(change.kind, change.value)
    if template == "lead":
        told |= {"lead": change.value}
    return render_to_string(f"voting/fragments/{template}.html", told)


def _people(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many look on or choose, and from how many on that is told."""
    if kind == "typing":
        return {"what": "typing", "num": value["typing"], "least": 1}
    return {"what": "viewers", "num": value["viewers"], "least": 2}
