"""Several live processes: on one port of one machine, and on several machines with one Redis."""

import signal
import time

import psutil

from tests.realtime.processes import holders
from tests.realtime.stage import wait_for


def workers_of(live):
    """Return the workers of `live` that hold sockets, and how many."""
    return holders(live.process.pid, live.port)


def test_two_workers_share_a_port_and_show_the_same(house):
    live = house.live(workers=2)
    ears = house.ears(live, 20)

    def come_until_both_have_some():  # one may have started later, or the other be quicker
        ears.extend(house.ears(live, 4))
        return len(workers_of(live)) == 2

    wait_for(come_until_both_have_some)
    assert sum(workers_of(live).values()) == len(ears)

    with house.selling():
        time.sleep(1)
    house.agree(ears)

    wait_for(lambda: {ear.viewers for ear in ears} == {len(ears)})


def test_two_machines_show_the_same_and_add_up_their_viewers(house):
    here, there = house.live(), house.live()
    ears = [*house.ears(here, 3), *house.ears(there, 4)]

    house.sell()

    house.agree(ears, within=0.5)
    wait_for(lambda: {ear.viewers for ear in ears} == {7})


def test_one_that_is_killed_under_load_costs_the_others_nothing(house):
    here, there = house.live(), house.live()
    staying, losing = house.ears(here, 5), house.ears(there, 5)
    wait_for(lambda: {ear.viewers for ear in staying} == {10})

    began = time.monotonic()
    with house.selling():
        time.sleep(0.5)
        there.kill()
        killed_at = time.monotonic()
        wait_for(lambda: all(ear.closed_at for ear in losing))
        back = house.ears(here, 5)
        time.sleep(0.5)
    ended = time.monotonic()
    house.agree([*staying, *back], within=5)
    house.sell()
    house.agree([*staying, *back], within=0.5)

    for ear in staying:
        times = [began, *(moment for moment in ear.times if began < moment < ended), ended]
        assert max(map(float.__sub__, times[1:], times)) < 1
    for ear in back[:2]:
        ear.close()
    wait_for(lambda: {ear.viewers for ear in staying} == {8}, within=15)
    assert time.monotonic() - killed_at < 15


def test_a_worker_that_is_killed_is_replaced(house):
    live = house.live(workers=2)
    ears = house.ears(live, 20)
    victim = max(workers_of(live), key=workers_of(live).get)
    others = sum(workers_of(live).values()) - workers_of(live)[victim]

    psutil.Process(victim).kill()
    wait_for(lambda: sum(ear.closed_at is not None for ear in ears) == 20 - others)
    left = [ear for ear in ears if ear.closed_at is None]
    more = house.ears(live, 20)

    house.sell()
    house.agree([*left, *more], within=1)
    wait_for(lambda: len(psutil.Process(live.process.pid).children()) >= 2)


def test_workers_die_with_their_master(house):
    live = house.live(workers=2)
    workers = [psutil.Process(pid) for pid in _children(live)]

    live.signal(signal.SIGKILL)
    live.process.wait()

    assert not psutil.wait_procs(workers, timeout=8)[1]


def _children(live):
    return [child.pid for child in psutil.Process(live.process.pid).children(recursive=True)]
