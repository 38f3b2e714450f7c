"""Servers that are stopped, killed, emptied and slow while tickets are sold without a pause.

Everybody's screen is right within five seconds of the fault's end, and nobody had to come back.
"""

import contextlib
import signal
import sys
import time

import pytest
import redis

from tests.realtime.processes import House, SlowWire, Truth
from tests.realtime.stage import wait_for

HEALED_WITHIN = 5.0
NOISE = 2.0  # seconds that a busy machine may add
EACH = 6  # ears on each live process


@pytest.fixture
def machines(house):
    """Two live processes and the ears on each."""
    return [Machine(house), Machine(house)]


class Machine:
    def __init__(self, house):
        self.live = house.live()
        self.ears = house.ears(self.live, EACH)


def ears_of(machines):
    return [ear for machine in machines for ear in machine.ears]


def report(sentence):
    sys.stdout.write(f"{sentence}\n")  # pytest shows it with -rP


def see_all_healed(house, ears, what):
    """Wait, while sales go on, until all `ears` are right; say how long it took."""
    took = house.catch_up(ears, within=HEALED_WITHIN + NOISE)
    report(f"{what}: right again after {took:.2f} s")


def see_all_well(house, ears):
    """Sales have ended: all agree, hear at once what is new, count each other, and stayed."""
    house.agree(ears, within=HEALED_WITHIN + NOISE)
    wait_for(lambda: house.reaches_at_once(ears), within=10)
    wait_for(lambda: {ear.viewers for ear in ears} == {len(ears)}, within=5)
    assert [ear for ear in ears if ear.closed_at is not None] == []


def longest_silence(ear, began, ended):
    times = [began, *(moment for moment in ear.times if began < moment < ended), ended]
    return max(map(float.__sub__, times[1:], times))


def test_a_live_process_that_stands_still_goes_on_where_the_truth_is(house, machines):
    paused, other = machines

    with house.selling():
        time.sleep(0.5)
        paused.live.signal(signal.SIGSTOP)
        began = time.monotonic()
        time.sleep(4)
        ended = time.monotonic()
        paused.live.signal(signal.SIGCONT)
        see_all_healed(house, ears_of(machines), "live process paused for 4 s")

    assert all(longest_silence(ear, began + 0.5, ended) > 3 for ear in paused.ears)
    assert all(longest_silence(ear, began, ended) < 1 for ear in other.ears)
    see_all_well(house, ears_of(machines))


def test_a_valkey_that_stands_still_costs_nothing_but_time(house, machines):
    ears = ears_of(machines)

    with house.selling():
        time.sleep(0.5)
        house.valkey.pause()
        began = time.monotonic()
        house.catch_up(ears, within=HEALED_WITHIN + NOISE)  # by reading alone
        time.sleep(max(0.0, began + 5 - time.monotonic()))
        house.valkey.resume()
        see_all_healed(house, ears, "Valkey paused for 5 s")

    see_all_well(house, ears)


def test_without_valkey_screens_follow_the_truth_until_it_is_back(house, machines):
    ears = ears_of(machines)

    with house.selling():
        time.sleep(0.5)
        house.valkey.kill()
        for _ in range(2):
            behind = house.catch_up(ears, within=HEALED_WITHIN + NOISE)
            report(f"without Valkey: {behind:.2f} s behind")
        house.valkey.start()
        see_all_healed(house, ears, "Valkey killed and started again")

    see_all_well(house, ears)


def test_an_emptied_valkey_is_not_noticed(house, machines):
    ears = ears_of(machines)

    with house.selling():
        time.sleep(0.5)
        with redis.Redis.from_url(house.valkey.url) as client:
            began = time.monotonic()
            for _ in range(3):
                client.flushall()
                time.sleep(0.3)
        ended = time.monotonic()
        see_all_healed(house, ears, "Valkey emptied three times")

    assert all(longest_silence(ear, began, ended) < 1 for ear in ears)
    see_all_well(house, ears)


def test_connections_to_valkey_that_are_cut_are_made_anew(house, machines):
    ears = ears_of(machines)

    with house.selling():
        time.sleep(0.5)
        with redis.Redis.from_url(house.valkey.url) as client:
            for _ in range(3):
                client.client_kill_filter(_type="pubsub")
                client.client_kill_filter(_type="normal", skipme=True)
                time.sleep(0.5)
        see_all_healed(house, ears, "connections cut three times")

    see_all_well(house, ears)


@pytest.fixture
def wire(valkey):
    with contextlib.closing(SlowWire(valkey)) as wire:
        yield wire


@pytest.mark.parametrize("delay", [0.3, 2.0])
def test_a_slow_valkey_makes_nobody_wait_longer_than_none(settings, tmp_path, wire, delay):
    with contextlib.ExitStack() as stack:
        house = House(settings, Truth(tmp_path), wire, stack)
        machines = [Machine(house), Machine(house)]
        ears = ears_of(machines)

        with house.selling():
            with wire.slow(delay):
                slow_until = time.monotonic() + 7
                while time.monotonic() < slow_until:
                    behind = house.catch_up(ears, within=HEALED_WITHIN + NOISE)
                    report(f"Valkey slow by {delay} s: {behind:.2f} s behind")
            see_all_healed(house, ears, f"Valkey slow by {delay} s")

        see_all_well(house, ears)
