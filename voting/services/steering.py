"""Steering: what operators change about a round while people vote."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.db import retrying
from voting.clock import Clock
from voting.errors import (
    AlreadyOpen,
    AlreadySettled,
    NoSuchRound,
    RoundCancelled,
    RoundClosed,
    RoundNotOpen,
    WrongTimes,
)
from voting.models import Round, Status
from voting.models.round import RoundQuerySet
from voting.services.announcing import tell_rounds
from voting.services.counting import count_eligible
from voting.services.opening import check_rules
from voting.services.settling import decide_by_run_off, settle_round

# What people vote by: it stands when they begin to.
RULES = frozenset(
    {"opens_at", "closes_at", "day", "team_id", "anonymous", "tie_rule"}
    | {"max_places", "max_menus", "max_dates"}
)


@retrying
@transaction.atomic(durable=True)
def set_rules(*, round_id: int, **rules: Any) -> Round:
    """Change the `RULES` of a round that nobody has been able to vote in yet."""
    if unknown := rules.keys() - RULES:
        raise TypeError(f"{unknown} are no rules of a round")
    upcoming = _standing(round_id).filter(opens_at__gt=Clock())
    of = upcoming.select_for_update(no_key=True).first()
    if of is None:
        raise _reason(round_id, otherwise=AlreadyOpen())
    for name, value in rules.items():
        setattr(of, name, value)
    check_rules(of)
    Round.objects.filter(pk=round_id).update(**rules, version=F("version") + 1)
    count_eligible(round_ids=[round_id])
    tell_rounds([round_id])
    return Round.objects.get(pk=round_id)


@retrying
@transaction.atomic(durable=True)
def extend_round(*, round_id: int, closes_at: datetime) -> None:
    """Let a round that has not closed end at another moment to come."""
    lasting = _standing(round_id).filter(closes_at__gt=Clock(), opens_at__lt=closes_at)
    if closes_at <= timezone.now():
        raise WrongTimes
    if not lasting.update(closes_at=closes_at, version=F("version") + 1):
        raise _reason(round_id, otherwise=WrongTimes())
    tell_rounds([round_id])


def close_early(*, round_id: int) -> None:
    """End an open round now, and settle it."""
    _close(round_id)
    settle_round(round_id=round_id)


@retrying
@transaction.atomic(durable=True)
def _close(round_id: int) -> None:
    going = _standing(round_id).filter(opens_at__lte=Clock(), closes_at__gt=Clock())
    if not going.update(closed_at=Clock(), status=Status.CLOSED, version=F("version") + 1):
        raise _reason(round_id, otherwise=RoundNotOpen())
    tell_rounds([round_id])


@retrying
@transaction.atomic(durable=True)
def cancel_round(*, round_id: int) -> None:
    """Call a round off: nobody wins. Of the round whose run-off it was, the earliest does."""
    unsettled = Round.objects.unsettled().filter(pk=round_id)
    if not unsettled.update(
        cancelled_at=Clock(), status=Status.CANCELLED, version=F("version") + 1
    ):
        raise _reason(round_id, otherwise=AlreadySettled())
    first = Round.objects.filter(run_off=round_id).first()
    if first is not None:
        decide_by_run_off(first, {})
    tell_rounds([round_id])


def _standing(round_id: int) -> RoundQuerySet:
    return Round.objects.unsettled().filter(pk=round_id, closed_at=None)


def _reason(round_id: int, *, otherwise: Exception) -> Exception:
    """Return why a round could not be changed."""
    of = Round.objects.with_status().filter(pk=round_id).first()
    if of is None:
        return NoSuchRound()
    if of.current_status == Status.CANCELLED:
        return RoundCancelled()
    if of.settled_at is not None:
        return AlreadySettled()
    return RoundClosed() if of.current_status == Status.CLOSED else otherwise
