"""Suggesting: what is put up for vote while a round goes on, and taken down again."""

from typing import TypeVar

from django.db import transaction
from django.db.models import F, Max

from core.db import retrying
from core.errors import NotFound
from voting.clock import Clock
from voting.errors import (
    NoSuchMenu,
    NoSuchOption,
    NoSuchPlace,
    NoSuchRound,
    NotEligible,
    RoundCancelled,
    RoundClosed,
    SuggestionsClosed,
    TooManyOptions,
)
from voting.models import Kind, Menu, Option, Place, Round, Status, Vote
from voting.options import MOST_OPTIONS
from voting.services.announcing import tell_rounds
from voting.services.casting import cast_vote

Thing = TypeVar("Thing", Place, Menu)

MOST_SUGGESTIONS = 5  # of one person, in one round


@retrying
@transaction.atomic(durable=True)
def suggest(*, round_id: int, user_id: int, kind: str, target_id: int) -> Option:
    """Put a place or a menu up for vote, as a voter; return the option, new or there already."""
    of = _going(round_id)
    if not Round.objects.for_voter(user_id).filter(pk=round_id).exists():
        raise NotEligible
    if not of.suggestions_allowed:
        raise SuggestionsClosed
    if Option.objects.filter(round=of, suggested_by=user_id).count() >= MOST_SUGGESTIONS:
        raise TooManyOptions(max=MOST_SUGGESTIONS)
    return _put_up(of, kind, target_id, suggested_by_id=user_id)


@retrying
@transaction.atomic(durable=True)
def add_option(*, round_id: int, kind: str, target_id: int) -> Option:
    """Put a place or a menu up for vote, as an operator, also one that was withdrawn."""
    of = _going(round_id)
    option = _put_up(of, kind, target_id)
    if option.withdrawn_at is not None:
        Option.objects.filter(pk=option.pk).update(withdrawn_at=None, version=F("version") + 1)
        option.refresh_from_db()
    return option


def withdraw_option(*, round_id: int, kind: str, target: str) -> None:
    """Take an option down and all votes for it back: one by one, each as its voter would."""
    options = Option.objects.filter(round_id=round_id, kind=kind)
    option = next((one for one in options if one.public_id == target), None)
    if option is None:
        raise NoSuchOption
    _going(round_id)
    Option.objects.filter(pk=option.pk).update(withdrawn_at=Clock(), version=F("version") + 1)
    voters = Vote.objects.filter(option=option).values_list("ballot__user_id", flat=True)
    for user_id in list(voters):
        cast_vote(round_id=round_id, user_id=user_id, kind=kind, target=target, wanted=False)
    tell_rounds([round_id])


def _going(round_id: int) -> Round:
    of = Round.objects.with_status().filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    if of.current_status == Status.CANCELLED:
        raise RoundCancelled
    if of.current_status == Status.CLOSED:
        raise RoundClosed
    return of


def _put_up(of: Round, kind: str, target_id: int, *, suggested_by_id: int | None = None) -> Option:
    if kind not in {Kind.PLACE, Kind.MENU} or not getattr(of, f"max_{kind}s"):
        raise SuggestionsClosed
    thing = _lock(kind, target_id)
    there = Option.objects.filter(round=of, kind=kind).aggregate(last=Max("position"))
    if Option.objects.filter(round=of, kind=kind).count() >= MOST_OPTIONS:
        raise TooManyOptions(max=MOST_OPTIONS)
    position = -1 if there["last"] is None else there["last"]
    option, new = Option.objects.get_or_create(
        round=of,
        **{kind: thing},
        defaults={"kind": kind, "position": position + 1, "suggested_by_id": suggested_by_id},
    )
    if new:
        tell_rounds([of.pk])
    return option


def _lock(kind: str, target_id: int) -> Place | Menu:
    """Return the place (by what it was merged into) or the menu, which stays so meanwhile."""
    if kind == Kind.MENU:
        menu = Menu.objects.current().select_for_update(no_key=True).filter(pk=target_id).first()
        return _found(menu, NoSuchMenu)
    double = Place.objects.filter(pk=target_id).values_list("merged_into", flat=True).first()
    places = Place.objects.current().select_for_update(no_key=True)
    return _found(places.filter(pk=double or target_id).first(), NoSuchPlace)


def _found(thing: Thing | None, missing: type[NotFound]) -> Thing:
    if thing is None:
        raise missing
    return thing
