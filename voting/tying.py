"""Ties: which of the options that have most votes wins, by the rule of their round."""

from collections.abc import Iterable, Sequence

from voting.draws import draw
from voting.models import Option, Round, TieRule


def tied_options(options: Iterable[Option], *, kind: str) -> list[Option]:
    """Return those of one kind that have as many votes as any: one, where there is no tie.

    Without a vote there are none. They come in the order in which they reached their count.
    """
    voted = [option for option in options if option.kind == kind and option.num_votes]
    most = max((option.num_votes for option in voted), default=0)
    best = [option for option in voted if option.num_votes == most]
    return sorted(best, key=lambda option: (option.reached_at, option.pk))


def break_tie(tied: Sequence[Option], *, of: Round) -> Option | None:
    """Return the winner; None where nobody voted, or where a run-off has to say.

    A run-off that ends in a tie again is settled by who was earliest: it has to end some day.
    """
    if len(tied) <= 1:
        return next(iter(tied), None)
    if of.tie_rule == TieRule.DRAW:
        return _drawn(tied, of=of)
    if of.tie_rule == TieRule.RUN_OFF and of.run_off_of_id is None:
        return None
    return tied[0]


def _drawn(tied: Sequence[Option], *, of: Round) -> Option:
    by_id = {option.public_id: option for option in tied}
    return by_id[draw(by_id, seed=of.seed, round_id=of.pk, kind=tied[0].kind)]
