"""Announcing: rounds open and close by time alone; watchers are told when one did."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models import F

from realtime.publish import publish
from voting import live
from voting.models import Round
from voting.services.counting import count_eligible


def announce_status() -> int:
    """Tell the watchers of all rounds whose status has turned; return how many had.

    Safe with any number of callers: each turn is one conditional UPDATE, and who wins it tells.
    """
    told = 0
    for turned in Round.objects.unsettled().with_status().exclude(status=F("current_status")):
        row = Round.objects.filter(pk=turned.pk, status=turned.status)
        if row.update(status=turned.current_status, version=F("version") + 1):
            tell_rounds([turned.pk])
            told += 1
    return told


def announce_eligible() -> int:
    """Count anew who may vote in the rounds that go on, and tell where it has changed."""
    changed = count_eligible()
    tell_rounds(changed)
    return len(changed)


def tell_rounds(ids: Collection[int]) -> None:
    """Publish all that is now true of some rounds, once it is committed."""
    if ids:
        transaction.on_commit(partial(_tell, ids), robust=True)


def _tell(ids: Collection[int]) -> None:
    for known in live.watched_rounds(ids):
        publish(live.round_topic(known.pk), live.whole_round(known))
