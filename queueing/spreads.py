"""How far from the expected wait the true one was lately, learned from settled forecasts."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

COVERED = 0.8  # of the waits should end within the range that was told
TAIL = 10  # so that one in ten should end before it, and one in ten after
LEAST, MOST = 0.3, 4.0  # factors beyond which a range says nothing any more
EXACT = 0.1  # of a wait to either side: no range is told narrower, however even the past was
ENOUGH = 15  # settled forecasts: fewer teach nothing
REMEDY = 2.0  # how much wider ranges are told for each part of the waits that they missed


class Spread(NamedTuple):
    """Factors of the expected wait: between `low` (≤ 1) and `high` (≥ 1) it should end.

    `hit_rate` is the share of `num` settled forecasts that came true within the range that was
    told with them; None where none has settled yet.
    """

    low: float = 0.7
    high: float = 1.6
    hit_rate: float | None = None
    num: int = 0


class Settled(NamedTuple):
    """When a number was reached, and what had been said of it."""

    made_at: datetime
    low_at: datetime
    expected_at: datetime
    high_at: datetime
    reached_at: datetime

    @property
    def ratio(self) -> float:
        """By how much longer than expected it took; 1 is as expected."""
        return (self.reached_at - self.made_at) / (self.expected_at - self.made_at)

    @property
    def hit(self) -> bool:
        """Whether it came true within its range."""
        return self.low_at <= self.reached_at <= self.high_at


def learn_spread(settled: Sequence[Settled]) -> Spread:
    """Return the range that held four fifths of `settled`, wider where ranges told were missed.

    Split conformal prediction (Vovk et al. 2005; the ranks are of n + 1, as the next wait is one
    more of the same kind) with a feedback from the misses (after Gibbs and Candès 2021), because
    waits that follow each other are not independent.
    """
    num = len(settled)
    if not num:
        return Spread()
    hit_rate = sum(one.hit for one in settled) / num
    if num < ENOUGH:
        return Spread(hit_rate=hit_rate, num=num)
    ratios = sorted(one.ratio for one in settled)
    rank = max((num + 1) // TAIL, 1)
    wider = 1 + REMEDY * max(0.0, COVERED - hit_rate)
    low = min(ratios[rank - 1] / wider, 1 - EXACT)
    high = max(ratios[-rank] * wider, 1 + EXACT)
    return Spread(max(low, LEAST), min(high, MOST), hit_rate, num)
