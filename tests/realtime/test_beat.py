import bisect
import random

import pytest

from realtime.pace import INTERVAL, Beat


def flush(arrivals):
    """Play a feed; return when it flushed, and how long each change waited."""
    beat, flushes, waits = Beat(), [], []
    waiting, due = [], None
    for moment in [*sorted(arrivals), float("inf")]:
        if due is not None and due <= moment:
            beat.spend(now=due)
            flushes.append(due)
            waits += [due - arrival for arrival in waiting]
            waiting, due = [], None
        if moment < float("inf"):
            waiting.append(moment)
            due = moment + beat.delay(now=moment) if due is None else due
    return flushes, waits


def most_in_a_second(flushes):
    return max(bisect.bisect_left(flushes, at + 1) - i for i, at in enumerate(flushes))


def test_a_change_on_an_idle_topic_waits_for_nothing():
    _, waits = flush([5.0, 6.0, 7.0])

    assert waits == [0, 0, 0]


@pytest.mark.parametrize("rate", [23, 30, 50, 77, 500])
def test_no_second_has_more_than_twenty_flushes(rate):
    flushes, waits = flush([10 + i / rate for i in range(10 * rate)])

    assert most_in_a_second(flushes) <= 21  # a second from one flush to the 21st, both counted
    assert len(flushes) <= 10 / INTERVAL + 1
    assert max(waits) < 1.65 * INTERVAL


@pytest.mark.parametrize("late", [0.01, 0.026, 0.03, 0.04, 0.049])
def test_changes_at_the_very_rate_of_the_beat_find_it_again(late):
    chance = random.Random(7)
    even = [10 + i * INTERVAL + chance.uniform(0, 0.003) for i in range(400)]
    even[100] += late

    _, waits = flush(even)

    assert sum(wait > 0.003 for wait in waits) <= 8
