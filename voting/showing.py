"""What the pages show of rounds: read in few queries, however much is up for vote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from voting import live
from voting.charts import STEPS, Chart, Move, draw_chart
from voting.errors import NoSuchRound
from voting.models import Comment, CommentLike, Kind, Membership, Option, Round, Status, Vote
from voting.tying import tied_options

SHOWN_COMMENTS = 50
SHOWN_ROUNDS = 12

# Of all that a count did within one step of the chart, only where it came to.
MOVES = """
SELECT DISTINCT ON (option_id, step) option_id, step, num_votes
  FROM (SELECT id, option_id, num_votes,
               width_bucket(extract(epoch FROM at)::float8, %s, %s, %s) AS step
          FROM voting_movement WHERE round_id = %s) AS moves
 ORDER BY option_id, step, id DESC
"""

Mark = Combinable | Exists


@dataclass(frozen=True, slots=True)
class Group:
    """What is up for vote of one kind, and who won it."""

    kind: str
    max: int
    options: Sequence[Any]  # options that know whether they are `mine`, and their `share`
    lead: dict[str, Any] | None
    winner: Option | None
    tied: int  # how many had most votes


@dataclass(frozen=True, slots=True)
class Sheet:
    """A round as one reader sees it; `figures` are what its watchers are told."""

    round: Round
    may_vote: bool
    figures: dict[str, Any]
    groups: Sequence[Group]
    comments: Sequence[Comment]
    chart: Chart

    @property
    def num_options(self) -> int:
        return sum(len(group.options) for group in self.groups)


def show_round(*, round_id: int, user_id: int | None) -> Sheet:
    """Read a round with all that its page shows, in four queries."""
    shown = Round.objects.with_status().annotate(may_vote=_may_vote(user_id))
    of = shown.select_related("team", "run_off", "run_off_of", "ate_at").filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    options = _options(round_id, user_id)
    winners = {kind: _by_id(options, getattr(of, f"winner_{kind}_id")) for kind in Kind.values}
    ids = {kind: won.public_id if won else None for kind, won in winners.items()}
    return Sheet(
        round=of,
        may_vote=of.may_vote,  # type: ignore[attr-defined]  # annotated
        figures=live.round_value(live.round_row(of), status=of.current_status, winners=ids),
        groups=[_group(of, kind, options, winners[kind]) for kind in Kind.values],
        comments=_comments(round_id, user_id),
        chart=chart_of(of, options),
    )


def show_chart(*, round_id: int) -> tuple[Round, Chart]:
    """Read a round and its chart alone."""
    of = Round.objects.with_status().filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    return of, chart_of(of, _options(round_id, None))


def list_rounds(*, user_id: int | None) -> list[Round]:
    """Return the rounds that a reader may be looking for, newest first."""
    theirs = Q(team=None)
    if user_id is not None:
        theirs |= Q(team__memberships__user_id=user_id)
    found = Round.objects.with_status().filter(theirs).select_related("winner_place__place")
    return list(found.order_by("-opens_at", "-pk")[:SHOWN_ROUNDS])


def chart_of(of: Round, options: Sequence[Option]) -> Chart:
    """Draw how the counts have moved, from the opening until now or the end."""
    ends = min(timezone.now(), of.closed_at or of.closes_at)
    ends = max(ends, of.opens_at + timedelta(seconds=1))
    with connection.cursor() as cursor:
        span = (of.opens_at.timestamp(), ends.timestamp(), STEPS)
        cursor.execute(MOVES, [*span, of.pk])
        moves = [Move(*row) for row in cursor.fetchall()]
    return draw_chart(options, moves, begins=of.opens_at, ends=ends)


def closing_of(of: Round) -> datetime:
    return of.closed_at or of.closes_at


def _options(round_id: int, user_id: int | None) -> list[Option]:
    """Read what is up for vote, with who took it down left out, and whether it is the reader's."""
    mine: Mark = Value(value=False, output_field=BooleanField())
    if user_id is not None:
        mine = Exists(Vote.objects.filter(option=OuterRef("pk"), ballot__user=user_id))
    up = Option.objects.filter(round=round_id, withdrawn_at=None)
    return list(up.select_related("place", "menu").annotate(mine=mine))


def _group(of: Round, kind: str, options: Sequence[Option], winner: Option | None) -> Group:
    these = [one for one in options if one.kind == kind]
    most = max((one.num_votes for one in these), default=0)
    for one in these:
        one.share = round(100 * one.num_votes / most, 1) if most else 0  # type: ignore[attr-defined]
    lead = of.leads.get(kind)
    led = _by_id(these, lead["option"]) if lead else None
    told = {**live.option_row(led), **lead} if led and lead else None
    if of.current_status == Status.CLOSED:
        these.sort(key=lambda one: -one.num_votes)
    return Group(
        kind=kind,
        max=getattr(of, f"max_{kind}s"),
        options=these,
        lead=live.lead_change(told, round_id=of.pk, kind=kind).value if told else None,  # type: ignore[arg-type]
        winner=winner,
        tied=len(tied_options(options, kind=kind)),
    )


def _comments(round_id: int, user_id: int | None) -> list[Comment]:
    liked: Mark = Value(value=False, output_field=BooleanField())
    if user_id is not None:
        liked = Exists(CommentLike.objects.filter(comment=OuterRef("pk"), user=user_id))
    said = Comment.objects.standing().filter(round=round_id).select_related("user")
    return list(said.annotate(liked=liked).order_by("-pk")[:SHOWN_COMMENTS])


def comments_of(*, round_id: int, user_id: int | None) -> list[Comment]:
    """Return the newest comments, with whether the reader likes them."""
    return _comments(round_id, user_id)


def _may_vote(user_id: int | None) -> Mark:
    if user_id is None:
        return Value(value=False, output_field=BooleanField())
    member = Membership.objects.filter(team=OuterRef("team"), user=user_id)
    return Exists(member) | Q(team=None)  # type: ignore[return-value]


def _by_id(options: Sequence[Option], option_id: int | None) -> Option | None:
    return next((one for one in options if one.pk == option_id), None)
