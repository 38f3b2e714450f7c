"""Announcing: the status follows time and stock by itself; watchers are told when it turned."""

from collections.abc import Iterable

from django.db.models import F

from realtime.publish import publish
from ticketing import live
from ticketing.models import Event


def announce_status(*, event_ids: Iterable[int] | None = None) -> int:
    """Tell the watchers of `event_ids` (or of all) whose status has turned; return how many had.

    Safe with any number of callers: each turn is one conditional UPDATE, and who wins it tells.
    """
    told = 0
    for event in turned(event_ids):
        status = event.current_status
        won = Event.objects.filter(pk=event.pk, status=event.status, version=event.version).update(
            status=status, version=F("version") + 1
        )
        if won:
            event.version += 1
            tell(event, status=status)
            told += 1
    return told


def turned(event_ids: Iterable[int] | None) -> Iterable[Event]:
    """Return the events whose announced status is no longer what holds."""
    events = Event.objects.with_status().exclude(status=F("current_status"))
    return events if event_ids is None else events.filter(pk__in=list(event_ids))


def tell(event: Event, *, status: str) -> None:
    """Publish the whole of `event` to its own page and to the lists; of a draft, nothing."""
    if not event.published:
        return
    change = live.event_change(event, status=status)
    publish(live.event_topic(event.pk), [change])
    publish(live.ALL_EVENTS, [change])
