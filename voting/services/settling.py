"""Settling: what came of a round that is over. Once, by whoever comes first."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db import retrying
from voting.clock import Clock
from voting.models import Kind, Option, Round, Status, TieRule
from voting.models.round import LONGEST_TITLE
from voting.options import put_up
from voting.services.announcing import tell_rounds
from voting.services.counting import count_eligible
from voting.tying import break_tie, tied_options

RUN_OFF = timedelta(minutes=10)

Winners = Mapping[str, Option | None]


def settle_due() -> int:
    """Settle all rounds that have closed; return how many that were."""
    due = Round.objects.unsettled().in_status(Status.CLOSED).order_by("closes_at", "pk")
    return sum(settle_round(round_id=pk) for pk in list(due.values_list("pk", flat=True)))


@retrying
@transaction.atomic(durable=True)
def settle_round(*, round_id: int) -> bool:
    """Write down the winners of a round that has closed; False where that is done, or too early.

    Its row is locked, as each vote locks it last: what counted before is seen, what comes later
    is refused.
    """
    list(Round.objects.select_for_update(no_key=True).filter(pk=round_id).values_list("pk"))
    of = Round.objects.unsettled().in_status(Status.CLOSED).filter(pk=round_id).first()
    if of is None:
        return False
    count_eligible(round_ids=[round_id])
    options = list(Option.objects.select_related("place__merged_into").filter(round=of))
    tied = {kind: tied_options(options, kind=kind) for kind in Kind.values}
    winners = {kind: break_tie(tied[kind], of=of) for kind in Kind.values}
    _write(of, winners)
    undecided = [option for kind in Kind.values if winners[kind] is None for option in tied[kind]]
    if undecided:
        _make_run_off(of, undecided)
    if of.run_off_of is not None:
        decide_by_run_off(of.run_off_of, winners)
    return True


def decide_by_run_off(first: Round, winners: Winners) -> None:
    """Give a round that was settled the winners that its run-off found.

    Of a kind for which nobody voted again (or whose run-off was cancelled), the earliest wins.
    """
    options = list(Option.objects.select_related("place__merged_into").filter(round=first))
    decided: dict[str, Option | None] = {}
    for kind in Kind.values:
        tied = tied_options(options, kind=kind)
        if len(tied) > 1:
            decided[kind] = next((one for one in tied if _is(one, winners.get(kind))), tied[0])
    _write(first, decided)


def _is(option: Option, winner: Option | None) -> bool:
    """Tell whether `winner`, of a run-off, is `option`, or the place it was merged into."""
    if winner is None:
        return False
    double = option.place is not None and option.place.merged_into_id == winner.place_id
    return option.public_id == winner.public_id or double


def _write(of: Round, winners: Winners) -> None:
    """Write the winners; the place among them is where one eats."""
    fields = {f"winner_{kind}": winner for kind, winner in winners.items() if winner is not None}
    won = winners.get(Kind.PLACE)
    place = won.place if won is not None and of.ate_at_id is None else None
    ate_at = {"ate_at": place.merged_into or place} if place is not None else {}
    settled_at = of.settled_at or Clock()
    Round.objects.filter(pk=of.pk).update(
        **fields, **ate_at, settled_at=settled_at, status=Status.CLOSED, version=F("version") + 1
    )
    tell_rounds([of.pk])


def _make_run_off(of: Round, tied: Iterable[Option]) -> None:
    tied = list(tied)
    now = timezone.now()
    title = of.title[: LONGEST_TITLE - len(_("Run-off")) - 3]
    made = Round.objects.create(
        title=f"{title} · {_('Run-off')}",
        team_id=of.team_id,
        day=of.day,
        opens_at=now,
        closes_at=now + RUN_OFF,
        anonymous=of.anonymous,
        suggestions_allowed=False,
        reminder_minutes=0,
        tie_rule=TieRule.EARLIEST,
        webhook_id=of.webhook_id,
        run_off_of=of,
        **{f"max_{kind}s": int(any(one.kind == kind for one in tied)) for kind in Kind.values},
    )
    put_up(made, [_again(option) for option in tied])
    count_eligible(round_ids=[made.pk])


def _again(option: Option) -> Option:
    return Option(
        kind=option.kind,
        place_id=option.place_id,
        menu_id=option.menu_id,
        date=option.date,
        position=option.position,
    )
