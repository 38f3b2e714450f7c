"""What may stand in front of the buying form of an event: other apps add theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Door:
    """What a page shows in place of the form, or above it where it is `open`."""

    template: str
    context: Mapping[str, Any]
    open: bool


DoorOf = Callable[[HttpRequest, int], Door | None]

SALE_DOORS: list[DoorOf] = []


def find_door(request: HttpRequest, event_id: int) -> Door | None:
    """Return what stands before the sale of an event for whoever asks; None for nothing."""
    doors = (door_of(request, event_id) for door_of in SALE_DOORS)
    return next((door for door in doors if door is not None), None)
