"""Layouts in memory. A layout never changes, so that what is read once is good for ever."""

from functools import lru_cache

from django.conf import settings
from django.utils import translation

from ticketing.models import Event, Layout
from ticketing.seating.documents import read_layout
from ticketing.seating.naming import name_seat
from ticketing.seating.plan import Plan

KEPT = 64  # plans; one of 20,000 seats is some 10 MB

_layouts: dict[int, int | None] = {}  # event → layout, as last seen; claims check it


@lru_cache(maxsize=KEPT)
def plan_of(layout_id: int) -> Plan:
    """Return the plan of a layout."""
    return read_layout(Layout.objects.values_list("document", flat=True).get(pk=layout_id))


def layout_of(event_id: int) -> int | None:
    """Return the layout of an event, which operators may have changed since it was last read."""
    if _layouts.get(event_id) is None:
        found = Event.objects.filter(pk=event_id).values_list("layout_id", flat=True).first()
        _layouts[event_id] = found
    return _layouts[event_id]


def forget_layout_of(event_id: int) -> None:
    """Read the layout of an event anew, next time."""
    _layouts.pop(event_id, None)


def place_name(plan: Plan, number: int) -> str:
    """Return where a seat is, as tickets keep it: in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        return name_seat(plan, number)
