"""Waiting rooms for tests."""

from typing import Any

from django.utils import timezone

from queueing.models import WaitingRoom
from tests.builders import an_event


def a_room(**fields: Any) -> WaitingRoom:
    """A waiting room that is on, in front of an event of its own unless one is given."""
    event = fields.pop("event", None) or an_event()
    return WaitingRoom.objects.create(event=event, **{"mode": "on", **fields})


def in_milliseconds() -> int:
    return int(timezone.now().timestamp() * 1000)
