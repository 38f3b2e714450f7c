import json
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings

from config.env import BASE_DIR
from queueing.line import Mode, State
from queueing.line.answers import Called
from tests.queueing.lines import MINUTE, SECOND, change_state, crowd, names, open_door

THRESHOLD = 137
EVENTS = [str(number) for number in range(1, 13)]


def test_the_head_is_called_within_the_threshold(door):
    for person in crowd(15):
        door.join(person)

    tick = door.line.tick()

    assert tick.called == tuple(Called(f"u{n}", n) for n in range(1, 11))
    assert (tick.room.frontier, tick.room.waiting, tick.room.active) == (10, 5, 10)
    assert door.line.tick().called == ()


def test_no_more_are_called_in_any_minute_than_the_rate_allows_and_evenly(redis):
    door = open_door(redis, threshold=1000, rate=20)
    for person in crowd(100):
        door.join(person)
    called = []

    for _ in range(1190):
        door.clock.go(100)
        door.line.beat("u100")
        called += [door.clock.now] * len(door.line.tick().called)

    def most_within(ms):
        return max(sum(at - ms < other <= at for other in called) for at in called)

    assert len(called) in {39, 40}
    assert most_within(MINUTE) == 20
    assert most_within(SECOND) == 1
    assert most_within(10 * SECOND) <= 4


def test_who_was_let_in_counts_for_a_whole_minute(redis):
    door = open_door(redis, threshold=1000, rate=600)
    for person in crowd(1000):
        door.join(person)
    door.clock.go(99)  # as late as it can be in its slot
    called = []
    for _ in range(58):
        called.append(len(door.line.tick().called))
        door.line.beat("u1000")
        door.clock.go(SECOND)

    assert (called[0], sum(called)) == (30, 600)
    door.clock.go(2 * SECOND - 1)
    assert door.line.tick().called == ()
    door.clock.go(2)
    assert len(door.line.tick().called) == 30


def test_the_head_of_the_line_never_stands_still_for_long(redis):
    door = open_door(redis, threshold=10_000, rate=600)
    for person in crowd(2000):
        door.join(person)
    pauses, since = [], 0

    for _ in range(119):
        door.clock.go(SECOND)
        door.line.beat("u2000")
        since = 0 if door.line.tick().called else since + 1
        pauses.append(since)

    assert max(pauses) <= 3


def test_no_shows_make_room_and_raise_the_rate_at_most_twofold(redis):
    door = open_door(redis, threshold=100, rate=100)
    for person in crowd(2000):
        door.join(person)
    rates, most = [], 0

    for _ in range(400):
        door.clock.go(SECOND)
        for person in crowd(6, first=1995):
            door.line.beat(person)
        room = door.line.tick().room
        rates.append(room.effective_rate)
        most = max(most, room.active)

    assert rates[0] == 100
    assert rates == sorted(rates)
    assert rates[-1] == 200
    assert most == 100
    assert room.no_shows > 200


def test_who_comes_in_time_enters_and_stays_while_heard_of(door):
    door.join("ga")
    door.line.tick()
    assert door.line.look("ga").state is State.CALLED

    for _ in range(100):
        door.clock.go(5 * SECOND)
        told = door.line.beat("ga")
        door.line.tick()

    assert told.state is State.ENTERED
    assert (told.room.entered, told.room.no_shows, told.room.evicted) == (1, 0, 0)


def test_who_does_not_come_in_time_loses_the_call_and_who_idles_the_admission(door):
    for person in crowd(2):
        door.join(person)
    door.line.tick()
    door.line.beat("u2")

    for _ in range(25):
        door.clock.go(5 * SECOND)
        room = door.line.tick().room

    assert (room.active, room.unclaimed, room.no_shows, room.ended) == (0, 0, 1, 1)
    assert door.line.look("u1").revoked


def test_a_hold_keeps_the_admission(door):
    door.join("u1")
    door.line.tick()
    door.line.keep("u1", until=door.clock.now + 10 * MINUTE)
    door.line.beat("u1")

    for _ in range(119):
        door.clock.go(5 * SECOND)
        door.line.tick()
    assert door.line.look("u1").state is State.ENTERED
    door.clock.go(5 * SECOND)
    door.line.tick()
    assert door.line.look("u1").state is State.ABSENT


def test_keeping_lets_nobody_in(door):
    door.join("u1")

    assert door.line.keep("u1", until=door.clock.now + MINUTE).state is State.WAITING
    assert door.line.room().active == 0


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.PAUSED, Mode.CLOSED])
def test_nobody_is_called_while_the_mode_forbids_it(door, mode):
    door.join("u1")
    door.configure(mode=mode)

    assert door.line.tick().called == ()

    door.configure(mode=Mode.ON)
    assert names(door.line.tick()) == ["u1"]


def test_a_line_is_drained(door):
    door.join("u1")
    door.configure(mode=Mode.DRAIN)

    assert names(door.line.tick()) == ["u1"]


def test_nobody_is_called_when_nothing_is_left(door):
    door.join("u1")

    assert door.line.tick(stock=0).called == ()
    assert names(door.line.tick(stock=1)) == ["u1"]


def test_operators_let_people_in_above_the_limits(redis):
    door = open_door(redis, threshold=0, rate=0)
    for person in crowd(3):
        door.join(person)

    assert names(door.line.admit(2)) == ["u1", "u2"]
    assert door.line.room().active == 2


def test_who_is_removed_has_no_pass_until_they_are_called_again(door):
    door.join("u1")
    door.line.tick()

    assert door.line.leave("u1").revoked

    door.join("u1")
    assert door.line.look("u1").revoked
    door.line.tick()
    assert not door.line.look("u1").revoked


def test_who_has_gone_is_forgotten_when_no_pass_of_theirs_is_good(door, redis):
    door.line.leave("u1")
    door.clock.go(door.settings.pass_ms)

    door.line.tick()

    assert not redis.exists(door.line.keys[6])


def test_a_great_call_is_made_in_batches(redis):
    door = open_door(redis, threshold=1200, rate=100_000)
    for person in crowd(1200):
        door.join(person)

    ticks = [door.line.tick() for _ in range(3)]

    assert [len(tick.called) for tick in ticks] == [500, 500, 200]
    assert [tick.unfinished for tick in ticks] == [True, True, False]


def test_nobody_loses_anything_while_all_of_us_are_away(redis):
    door = open_door(redis, threshold=3)
    for person in crowd(6):
        door.join(person)
    door.line.tick()
    door.line.beat("u1")

    door.clock.go(20 * MINUTE)  # Redis was down: no beats, no ticks
    door.line.tick()

    assert [door.line.beat(person).state for person in crowd(6)] == (
        [State.ENTERED] * 3 + [State.WAITING] * 3
    )


def test_nobody_is_called_while_nobody_can_be_heard(redis):
    door = open_door(redis, threshold=0)
    for person in crowd(6):
        door.join(person)
    for _ in range(61):
        door.clock.go(SECOND)
        door.line.tick()
    door.configure(threshold=3)

    assert door.line.tick().called == ()

    door.line.beat("u6")
    assert names(door.line.tick()) == crowd(3)


def test_the_frontier_of_an_empty_line_is_the_last_number(door):
    for person in crowd(3):
        door.join(person)

    room = door.line.tick().room

    assert (room.frontier, room.last) == (3, 3)


def test_nobody_loses_anything_while_nobody_can_be_heard(redis):
    door = open_door(redis, threshold=3)
    for person in crowd(6):
        door.join(person)
    door.line.tick()

    for _ in range(14 * 60):  # the workers go on, but what hears people is down
        door.clock.go(SECOND)
        assert door.line.tick().room.evicted == 0
    for person in crowd(6):
        door.line.beat(person)
    room = door.line.tick().room

    assert (room.active, room.waiting) == (3, 3)


@pytest.mark.race
def test_workers_that_tick_at_once_call_each_once(redis):
    doors = [open_door(redis, event, threshold=THRESHOLD, rate=100_000) for event in EVENTS]
    for door in doors:
        wait_in_line(redis, door, 1000)

    called = race_workers(EVENTS, doors[0].clock.now)

    numbered = [[f"u{n}", n] for n in range(1, THRESHOLD + 1)]
    for door, by_worker in zip(doors, called, strict=True):
        together = [one for worker in by_worker for one in worker]
        assert sorted(together, key=lambda one: one[1]) == numbered
        assert door.line.room()[8:10] == (1000 - THRESHOLD, THRESHOLD)


def test_a_tick_costs_as_many_commands_before_a_long_line_as_before_a_short_one(redis):
    costs = {}
    for number in (100, 100_000):
        door = open_door(redis, threshold=50, rate=100_000)
        wait_in_line(redis, door, number)
        costs[number] = [cost_of(redis, door.line.tick) for _ in range(2)]
        assert door.line.room().waiting == number - 50
        redis.flushdb()

    assert costs[100] == costs[100_000]
    assert all(sum(cost.values()) < 50 for cost in costs[100])


def wait_in_line(redis, door, number):
    """Put so many into the line at once, as that many joins would have."""
    line, seen = door.line.keys[1:3]
    for start in range(1, number + 1, 5000):
        some = range(start, min(start + 5000, number + 1))
        redis.zadd(line, {f"u{n}": n for n in some})
        redis.zadd(seen, {f"u{n}": door.clock.now + 10 * MINUTE for n in some})
    change_state(door.line, redis, next=number)


def race_workers(events, now):
    """Have five processes tick each line at the same moments; return whom each called of each."""
    command = [sys.executable, "-m", "tests.queueing.ticker", django_settings.REDIS_URL, str(now)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen([*command, *events], cwd=BASE_DIR, **pipes) for _ in range(5)]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 5
    start = time.time() + 0.2
    for worker in workers:
        worker.stdin.write(f"{start}\n")
        worker.stdin.flush()
    said = [json.loads(worker.communicate(timeout=30)[0]) for worker in workers]
    return list(zip(*said, strict=True))


def cost_of(redis, step):
    """Return how often which command was run on the server by `step`."""
    redis.config_resetstat()
    step()
    stats = redis.info("commandstats")
    return {name: each["calls"] for name, each in stats.items() if "config" not in name}
