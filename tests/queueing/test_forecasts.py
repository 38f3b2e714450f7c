"""What people are told of their wait is tried against what came, and the range learns from it."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.forecasts import (
    KnownSpreads,
    Wait,
    make_forecast,
    settle_forecasts,
    spread_of,
    wait_of,
)
from queueing.models import Forecast, WaitingRoom
from queueing.spreads import Settled, Spread, learn_spread
from tests.queueing.rooms import a_room
from tests.races import kinds, race

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
AS_TOLD = Spread(0.4, 2.0)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def forecast(room, *, at_second: float = 0, **others) -> bool:
    told = {"epoch": 1, "number": 300, "frontier": 100, "speed": 2.0, "spread": AS_TOLD, **others}
    return make_forecast(room.pk, now=at(at_second), **told)


def settle(room, frontier: int, *, at_second: float, void: bool = False) -> int:
    return settle_forecasts(room.pk, frontier=frontier, now=at(at_second), void=void)


def numbers(**filters) -> list[int]:
    return list(Forecast.objects.filter(**filters).order_by("pk").values_list("number", flat=True))


def a_settled(ratio: float, *, low: float = 0.7, high: float = 1.6) -> Settled:
    return Settled(at(0), at(100 * low), at(100), at(100 * high), at(100 * ratio))


def settled_rows(room, ratios, *, epoch: int = 1) -> None:
    """Forecasts that expected 100 s and between 70 and 160 s, made one after the other."""
    Forecast.objects.bulk_create(
        Forecast(
            room=room,
            epoch=epoch,
            number=n,
            **{
                field: instant + timedelta(seconds=1000 * n)
                for field, instant in a_settled(ratio)._asdict().items()
            },
        )
        for n, ratio in enumerate(ratios, start=1)
    )


def test_a_wait_is_the_numbers_ahead_by_the_speed():
    wait = wait_of(120, 2.0, AS_TOLD)

    assert wait == Wait(expected=60.0, low=24.0, high=120.0)


def test_whose_turn_it_is_waits_no_longer():
    assert wait_of(0, 2.0, AS_TOLD) == wait_of(-5, 2.0, AS_TOLD) == Wait(0.0, 0.0, 0.0)


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan, 1e-4, 5e-324])
def test_nobody_can_tell_the_wait_of_a_line_that_hardly_moves(speed):
    assert wait_of(10, speed, AS_TOLD) is None


@pytest.mark.django_db
def test_tries_the_newest_number_and_one_in_the_middle():
    room = a_room()

    made = forecast(room)

    assert made
    middle, newest = Forecast.objects.order_by("number")
    assert (middle.number, newest.number) == (200, 300)
    assert (middle.low_at, middle.expected_at, middle.high_at) == (at(20), at(50), at(100))
    assert (newest.low_at, newest.expected_at, newest.high_at) == (at(40), at(100), at(200))
    assert {one.made_at for one in (middle, newest)} == {NOON}
    assert {(one.room, one.epoch, one.reached_at) for one in (middle, newest)} == {(room, 1, None)}


@pytest.mark.django_db
def test_tries_a_room_every_fifteen_seconds_and_each_by_itself():
    room, other = a_room(), a_room()

    made = [second for second in range(46) if forecast(room, at_second=second)]

    assert made == [0, 15, 30, 45]
    assert forecast(other, at_second=46)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "useless",
    [
        {"speed": 0.0},
        {"number": 100},
        {"number": 90},
        {"number": 109, "speed": 2.0},  # 4.5 s: the tick would be most of it
        {"number": 10_000_000},
    ],
)
def test_tries_nothing_that_nobody_is_told(useless, django_assert_num_queries):
    room = a_room()

    with django_assert_num_queries(0):
        made = forecast(room, **useless)

    assert not made


@pytest.mark.django_db
def test_tries_the_newest_alone_where_the_middle_comes_at_once():
    room = a_room()

    assert forecast(room, number=112)

    assert numbers() == [112]


@pytest.mark.django_db
def test_tries_nothing_of_a_line_that_was_cleared_meanwhile():
    room = a_room(epoch=2)

    assert not forecast(room, epoch=1)
    assert not make_forecast(
        0, epoch=1, number=300, frontier=1, speed=1.0, spread=AS_TOLD, now=NOON
    )
    assert forecast(room, epoch=2)


@pytest.mark.django_db
def test_settles_what_the_frontier_has_reached_once_and_no_more():
    room, other = a_room(), a_room()
    forecast(room)
    forecast(other)

    settled = [
        settle(room, 199, at_second=40),
        settle(room, 200, at_second=48),
        settle(room, 299, at_second=99),
        settle(room, 900, at_second=120),
        settle(room, 900, at_second=121),
    ]

    assert settled == [0, 1, 0, 1, 0]
    reached = dict(room.forecasts.values_list("number", "reached_at"))
    assert reached == {200: at(48), 300: at(120)}
    assert numbers(room=other, reached_at=None) == [200, 300]


@pytest.mark.django_db
def test_a_pause_drops_what_is_open_and_keeps_what_has_settled():
    room, other = a_room(), a_room()
    forecast(room)
    forecast(other)
    settle(room, 200, at_second=50)

    dropped = settle(room, 250, at_second=60, void=True)

    assert dropped == 1
    assert numbers(room=room) == [200]
    assert numbers(room=other) == [200, 300]


@pytest.mark.django_db
def test_a_line_that_was_cleared_settles_none_of_the_older_one():
    room = a_room()
    forecast(room)
    WaitingRoom.objects.filter(pk=room.pk).update(epoch=2)

    settled = settle(room, 900, at_second=50)

    assert settled == 0
    assert numbers(reached_at=None) == [200, 300]


@pytest.mark.django_db
def test_a_second_costs_one_statement_each(django_assert_num_queries):
    room = a_room()
    with django_assert_num_queries(2):  # and one for the old ones
        forecast(room)

    with django_assert_num_queries(1):
        forecast(room, at_second=1)
    with django_assert_num_queries(1):
        settle(room, 200, at_second=50)
    with django_assert_num_queries(1):
        settle(room, 200, at_second=50, void=True)


@pytest.mark.django_db
def test_keeps_the_last_two_thousand_of_each_room():
    room, other = a_room(), a_room()
    settled_rows(room, [1.0] * 2_005)
    settled_rows(other, [1.0] * 3)

    forecast(room, at_second=10_000_000)

    assert numbers(room=room) == [*range(8, 2_006), 200, 300]
    assert numbers(room=other) == [1, 2, 3]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_settle_each_forecast_once():
    room = a_room()
    for n in range(20):
        forecast(room, at_second=15 * n, number=300 + 10 * n)

    told = race([lambda n=n: settle(room, 900, at_second=400 + n) for n in range(40)])

    assert kinds(told) == {"int": 40}
    assert sum(told) == 40
    assert not numbers(reached_at=None)


def test_says_what_is_usual_until_fifteen_have_settled():
    ratios = [3.0] * 10 + [1.0] * 4

    assert learn_spread([]) == Spread(0.7, 1.6, None, 0)
    assert learn_spread([a_settled(one) for one in ratios]) == Spread(0.7, 1.6, 4 / 14, 14)
    assert learn_spread([a_settled(one) for one in [*ratios, 1.0]]).high == 4.0


def test_a_range_leaves_out_a_tenth_at_either_end():
    ratios = [0.5 + n / 100 for n in range(99)]  # 0.50 to 1.48, in whatever order they came
    random.Random(5).shuffle(ratios)

    spread = learn_spread([a_settled(one, low=0.1, high=4) for one in ratios])

    assert spread == Spread(pytest.approx(0.59), pytest.approx(1.39), 1.0, 99)


def test_a_range_grows_where_the_ranges_that_were_told_were_missed():
    ratios = [0.5 + n / 100 for n in range(99)]

    spread = learn_spread([a_settled(one, low=0.8, high=1.2) for one in ratios])

    hits = 41 / 99
    assert spread.hit_rate == pytest.approx(hits)
    assert spread.low == pytest.approx(0.59 / (1 + 2 * (0.8 - hits)))
    assert spread.high == pytest.approx(1.39 * (1 + 2 * (0.8 - hits)))


@given(st.lists(st.floats(0.01, 50), min_size=15, max_size=240))
def test_a_range_holds_what_was_expected_and_four_fifths_of_the_past(ratios):
    spread = learn_spread([a_settled(one) for one in ratios])

    assert 0.3 <= spread.low <= 0.9
    assert 1.1 <= spread.high <= 4.0
    bounded = [min(max(one, 0.3), 4.0) for one in ratios]
    held = sum(spread.low - 1e-6 <= one <= spread.high + 1e-6 for one in bounded)
    assert held >= 0.8 * len(ratios)


@pytest.mark.django_db
def test_learns_from_the_last_of_this_line_alone():
    room, other = a_room(epoch=2), a_room()
    settled_rows(other, [3.0] * 30)
    settled_rows(room, [0.5] * 60 + [1.0] * 240, epoch=2)
    settled_rows(room, [3.0] * 400, epoch=1)  # the last 100 are the newest of all
    forecast(room, epoch=2, at_second=10_000_000)  # is open still

    assert spread_of(room.pk) == Spread(0.9, 1.1, 1.0, 240)


@pytest.mark.django_db
def test_a_spread_is_remembered_for_ten_seconds(django_assert_num_queries):
    room = a_room()
    seconds = iter([0.0, 9.9, 10.0, 10.0])  # a look, and another where it reads anew
    known = KnownSpreads(clock=lambda: next(seconds))

    with django_assert_num_queries(1):
        first, again = known.spread_of(room.pk), known.spread_of(room.pk)
    settled_rows(room, [1.0])
    with django_assert_num_queries(1):
        later = known.spread_of(room.pk)

    assert first is again
    assert (first.num, later.num) == (0, 1)


def replay(seed: int, *, learn: bool = True, count: int = 500) -> list[bool]:
    """Let a line call at a wandering speed; return which of `count` forecasts came true.

    The speed is measured as a line does it, smoothed over a minute; a beat is 5 s.
    """
    chance = random.Random(seed)
    room, second, frontier, log, speed = a_room(), 0, 0.0, 0.0, 2.0
    known = KnownSpreads(clock=lambda: second)
    made = 0
    while made < count or numbers(room=room, reached_at=None):
        second += 5
        log = 0.98 * log + chance.gauss(0, 0.15)
        frontier += 5 * 2 * math.exp(log)
        speed += (1 - math.exp(-5 / 60)) * (2 * math.exp(log) - speed)
        facts = {"frontier": int(frontier), "now": at(second)}
        settle_forecasts(room.pk, **facts)
        last = int(frontier) + chance.randrange(200, 600)
        spread = known.spread_of(room.pk) if learn else Spread(0.9, 1.1)
        if made < count and make_forecast(
            room.pk, number=last, epoch=1, speed=speed, spread=spread, **facts
        ):
            made = room.forecasts.count()
    rows = room.forecasts.order_by("pk").values_list(*Settled._fields)
    return [Settled._make(row).hit for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_fifths_come_true_though_the_speed_wanders(seed):
    hits = replay(seed)

    assert len(hits) >= 500
    assert 0.70 <= sum(hits) / len(hits) <= 0.95


@pytest.mark.django_db
def test_the_same_line_is_told_the_same_again():
    assert replay(7, count=100) == replay(7, count=100)


@pytest.mark.django_db
def test_without_learning_from_the_past_most_would_be_wrong():
    hits = replay(1, learn=False, count=200)

    assert sum(hits) / len(hits) < 0.5
