"""The checks see what they are for: each fault that is planted in the line comes to light."""

import hashlib
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest

from queueing.line import Line
from queueing.line.scripts import SCRIPTS, Script
from tests.queueing.lines import MINUTE, SECOND, crowd, open_door
from tests.queueing.world import World

WORKERS = 5


def join(world, people=7):
    world.join(*crowd(people))


def join_and_call(world):
    join(world)
    world.tick()


def fill_up(world):
    join(world)
    for _ in range(5):
        world.tick()
        world.clock.go(2 * SECOND)


def sign_in(world):
    world.join("ga")
    world.sign_in("ga", "u1")


def call_twice(world):
    join_and_call(world)
    world.clock.go(2 * SECOND)
    world.tick()


def empty_the_line(world):
    for number in (1, 2):
        join(world, number)
        world.tick()


def draw_some(world):
    world.set_opening(1)
    join(world)
    world.clock.go(SECOND)
    world.draw_together(3)
    world.tick()


def shop(world):
    join(world)
    world.tick(stock=1)


def show_it_again(world):
    """Use one's place up after a loss, and show its proof once more."""
    join(world)
    world.lose_redis()
    world.come_back(*crowd(7))
    world.clock.go(30 * SECOND)
    world.tick()
    world.buy("u1")
    world.leave("u7")
    world.clock.go(5 * MINUTE)
    world.tick()
    world.replay("u1")
    world.replay("u7")


SPEND = "    spend(numbers)\n    redis.call('ZADD', ACTIVE"
FAULTS = {
    "one too many is let in": (
        fill_up,
        *("tick", "state.threshold - num_active()", "state.threshold + 1 - num_active()"),
        "self.door.settings.threshold",
    ),
    "a number that is used up can come back": (
        show_it_again,
        *("tick", SPEND, "    redis.call('ZADD', ACTIVE"),
        "u1 came back",
    ),
    "a number that was given up can come back": (
        show_it_again,
        *("leave", "  spend(numbers)\n  redis.call('ZREM', key", "  redis.call('ZREM', key"),
        "u7 came back",
    ),
    "who signs in loses the number": (
        sign_in,
        *("rename", "stand(user, number, early)", "stand(user, state.next + 1, early)"),
        "told.number == best",
    ),
    "the frontier goes back": (
        empty_the_line,
        *("room", "tonumber(first[2]) - 1 or state.next", "tonumber(first[2]) - 1 or 0"),
        "room.frontier >= self.frontier",
    ),
    "ticks tell the same twice": (
        call_twice,
        *("tick", "  set('told', string.format", "  local _ = (string.format"),
        "self.told ==",
    ),
    "somebody is let in while places are drawn": (
        draw_some,
        *("tick", " or state.drawing == 1 or deaf()", " or deaf()"),
        "",
    ),
    "who was drawn draws again": (
        draw_some,
        *("draw", "  redis.call('ZREM', EARLY, unpack(gone))\n", ""),
        "",
    ),
    "more shop than there are tickets": (
        shop,
        *("tick", "stock - math.max(0, num_active() - holders)", "num_waiting()"),
        "self.door.settings.threshold",
    ),
}


@contextmanager
def planted(name, old, new):
    """Run the function `name` with a fault in it."""
    sound = SCRIPTS[name]
    assert sound.text.count(old) == 1
    text = sound.text.replace(old, new)
    SCRIPTS[name] = Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())
    try:
        yield
    finally:
        SCRIPTS[name] = sound


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_comes_to_light(redis, fault):
    scene, name, old, new, sentence = FAULTS[fault]
    scene(World(redis))
    redis.flushdb()

    with planted(name, old, new), pytest.raises(AssertionError) as found:
        scene(World(redis))

    assert sentence in str(found.getrepr(style="short"))


class TornLine(Line):
    """Calls in two steps: looks who is first, and takes them out of the line afterwards."""

    def __init__(self, *words, seen, **more):
        super().__init__(*words, **more)
        self.seen = seen

    def call(self, number):
        found = self._redis.zrange(self.keys[1], 0, number - 1)
        self.seen.wait(10)
        self._redis.zrem(self.keys[1], *found)
        return [person.decode() for person in found]


def test_a_line_that_calls_in_two_steps_calls_people_twice(redis):
    door = open_door(redis)
    for person in crowd(20):
        door.join(person)
    torn = TornLine("7", redis=redis, seen=Barrier(WORKERS))
    called = []

    workers = [Thread(target=lambda: called.extend(torn.call(10))) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)

    assert len(called) == WORKERS * 10
    assert len(set(called)) == 10
