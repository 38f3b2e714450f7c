"""A live process that is to stop parts from its sockets in waves."""

import contextlib
import signal
import time

import pytest

from config.processes import STOP_SECONDS
from tests.realtime.processes import Ear, Live, Truth
from tests.realtime.stage import wait_for


@pytest.fixture
def running(settings, tmp_path, valkey):
    """Start a live process, with its ears, for each set of options."""
    with contextlib.ExitStack() as stack:

        def start(num_ears, **options):
            live = Live(settings, Truth(tmp_path), valkey.url, **options)
            stack.callback(lambda: live.kill())
            live.start()
            ears = [Ear(live.address) for _ in range(num_ears)]
            for ear in ears:
                stack.callback(ear.close)
            wait_for(lambda: all(ear.stock == 10 for ear in ears))
            return live, ears

        yield start


def test_sockets_are_told_to_come_back_and_closed_in_waves(running):
    live, ears = running(60, drain=3)

    began = time.monotonic()
    live.signal(signal.SIGTERM)
    took = live.wait()
    wait_for(lambda: all(ear.closed_at for ear in ears))

    assert took < STOP_SECONDS
    assert {ear.close_code for ear in ears} == {1012}
    waits = [frame["after"] for ear in ears for frame in ear.of("reconnect")]
    assert len(waits) == 60
    assert min(waits) < 600 and max(waits) > 2400
    assert sum(wait < 1500 for wait in waits) in range(15, 46)
    for ear in ears:
        (frame,) = ear.of("reconnect")
        assert -0.2 < ear.closed_at - began - frame["after"] / 1000 < 1


def test_a_process_that_drains_takes_nobody_new(running):
    live, _ = running(20, drain=3)

    live.signal(signal.SIGTERM)

    wait_for(lambda: not live.answers(), within=1)
    live.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(running, number):
    live, ears = running(40, drain=3)

    live.signal(signal.SIGTERM)
    wait_for(lambda: ears[0].of("reconnect"))
    live.signal(number)

    assert live.wait() < 1
    wait_for(lambda: all(ear.closed_at for ear in ears))
    assert {ear.close_code for ear in ears} == {1012}


def test_without_sockets_it_ends_at_once(running):
    live, _ = running(0, drain=3)

    live.signal(signal.SIGTERM)

    assert live.wait() < 1


def test_in_a_checkout_it_ends_at_once(running):
    live, ears = running(5, drain=0)

    live.signal(signal.SIGTERM)

    assert live.wait() < 1
    wait_for(lambda: all(ear.closed_at for ear in ears))
    assert {ear.close_code for ear in ears} == {1012}
