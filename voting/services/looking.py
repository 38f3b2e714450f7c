"""Looking: what one person sees of rounds, besides what everybody is told."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from voting.errors import AnonymousRound, NoSuchRound
from voting.models import Movement, Option, Round, Status, Vote

Choice = tuple[str, str]  # a kind, and a public id


class Point(NamedTuple):
    """That an option had so many votes from a moment on."""

    at: datetime
    option: Choice
    votes: int


def round_for(user_id: int | None) -> Round | None:
    """Return the round to show: one that is open, else the next, else the latest of today.

    Nobody in particular sees those of the whole office.
    """
    theirs = Round.objects.filter(team=None)
    if user_id is not None:
        theirs = Round.objects.for_voter(user_id)
    shown = theirs.with_status().exclude(cancelled_at__isnull=False)
    open_now = shown.in_status(Status.OPEN).order_by("closes_at", "pk").first()
    if open_now is not None:
        return open_now
    to_come = shown.in_status(Status.UPCOMING).order_by("opens_at", "pk").first()
    return to_come or shown.filter(day=timezone.localdate()).order_by("-closes_at", "-pk").first()


def ballot_of(*, round_id: int, user_id: int) -> list[Choice]:
    """Return what somebody has chosen, in the order in which they did."""
    votes = Vote.objects.filter(ballot__round=round_id, ballot__user=user_id)
    chosen = votes.select_related("option").order_by("pk")
    return [(vote.option.kind, vote.option.public_id) for vote in chosen]


def voters_of(*, round_id: int) -> dict[Choice, list[str]]:
    """Return by name who voted for what; refuse that of an anonymous round."""
    of = Round.objects.filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    if of.anonymous:
        raise AnonymousRound
    votes = Vote.objects.filter(ballot__round=of).select_related("option", "ballot__user")
    voters: dict[Choice, list[str]] = {}
    for vote in votes.order_by("pk"):
        names = voters.setdefault((vote.option.kind, vote.option.public_id), [])
        names.append(vote.ballot.user.get_full_name())
    return voters


def history_of(*, round_id: int) -> Iterator[Point]:
    """Yield how the counts have moved, from the first vote on."""
    options = {one.pk: (one.kind, one.public_id) for one in Option.objects.filter(round=round_id)}
    moves = Movement.objects.filter(round=round_id).order_by("pk")
    for option_id, at, votes in moves.values_list("option_id", "at", "num_votes"):
        yield Point(at, options[option_id], votes)
