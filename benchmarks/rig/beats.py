"""The beats of a running line: when each was, by Redis's clock, and how far from the grid."""

import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import msgpack
from redis import Redis

from rig.report import percentile

SECOND = 1000  # ms
GLANCE = 0.05  # seconds between two looks: two beats within it would count as one
EDGE = 10  # beats at each end, whose middle one stands for all


class Beats:
    """Notes the moment of each beat while it runs, and how many were `called` until it ended."""

    def __init__(self, redis: Redis, event: str) -> None:
        self.moments: list[int] = []
        self.called = 0
        self._redis = redis
        self._key = f"line:{{{event}}}:state"
        self._done = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self.thread.join()

    def _look(self) -> None:
        before, first = self._read()
        while not self._done.wait(GLANCE):
            ticked, called = self._read()
            if ticked != before:
                before = ticked
                self.moments.append(ticked)
                self.called = called - first

    def _read(self) -> tuple[int, int]:
        state = msgpack.unpackb(self._redis.get(self._key) or b"\x80")
        return state.get("ticked", 0), state.get("called", 0)


@contextmanager
def beats_of(redis: Redis, event: str) -> Iterator[Beats]:
    """Note the beats of an event's line meanwhile."""
    beats = Beats(redis, event)
    beats.thread.start()
    try:
        yield beats
    finally:
        beats.stop()


def rhythm(moments: Sequence[int]) -> dict[str, Any]:
    """Return how far beats were from where the first of them says, in ms, and what was between.

    `drift_ms` is how far the last have moved against the first: the middle one of ten each.
    """
    phases, last = _phases(moments)
    gaps = [after - before for before, after in pairwise(moments)]
    return {
        "beats": len(moments),
        "missed": last + 1 - len(moments),
        "drift_ms": statistics.median(phases[-EDGE:]) - statistics.median(phases[:EDGE]),
        "worst_ms": max(map(abs, phases)),
        "last_ms": phases[-1],
        "gap_p99_ms": percentile(gaps, 0.99),
        "longest_gap_ms": max(gaps),
    }


def _phases(moments: Sequence[int]) -> tuple[list[int], int]:
    """Return how late each beat was after the first, and how many seconds later the last was due.

    Each is the beat of the second that it comes nearest to, if all are as late as the one before:
    what creeps away is followed, and what is left out moves nothing.
    """
    phases, number = [0], 0
    for at in moments[1:]:
        elapsed = at - moments[0]
        number = round((elapsed - phases[-1]) / SECOND)
        phases.append(elapsed - number * SECOND)
    return phases, number
