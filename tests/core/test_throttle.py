import secrets
import threading

import pytest

from core import throttle
from core.errors import SlowDown
from core.throttle import Limit, Own, Shared, give_back, spend

NOWHERE = "redis://127.0.0.1:1/0"
THREE = Limit("three", times=3, seconds=60)
TWO = Limit("two", times=2, seconds=30)


@pytest.fixture(params=["Redis up", "Redis down"])
def who(request, settings):
    """Return somebody new, counted in Redis, and somebody counted with Redis gone."""
    if request.param == "Redis down":
        settings.REDIS_URL = NOWHERE
    return secrets.token_hex(8)


def test_attempts_are_counted_and_then_refused(who):
    for _ in range(3):
        spend(THREE.key(who))

    with pytest.raises(SlowDown) as refusal:
        spend(THREE.key(who))

    assert 0 < refusal.value.facts["retry_after"] <= 60


def test_each_key_is_counted_apart(who):
    for _ in range(3):
        spend(THREE.key(who, "a"))

    spend(THREE.key(who, "b"))
    spend(TWO.key(who, "a"))


def test_a_refused_attempt_is_counted_nowhere(who):
    for _ in range(2):
        spend(TWO.key(who))
    for _ in range(5):
        with pytest.raises(SlowDown):
            spend(THREE.key(who), TWO.key(who))

    for _ in range(3):
        spend(THREE.key(who))


def test_a_rightful_attempt_is_given_back(who):
    for _ in range(10):
        spend(THREE.key(who))
        give_back(THREE.key(who))


def test_giving_back_what_was_not_taken_gives_nothing(who):
    give_back(THREE.key(who))

    for _ in range(3):
        spend(THREE.key(who))
    with pytest.raises(SlowDown):
        spend(THREE.key(who))


def test_a_window_ends(who):
    brief = Limit("brief", times=1, seconds=0.05)
    spend(brief.key(who))
    with pytest.raises(SlowDown):
        spend(brief.key(who))

    threading.Event().wait(0.06)

    spend(brief.key(who))


def test_it_can_be_lifted_for_a_rehearsal(who, settings):
    settings.THROTTLE = False

    for _ in range(10):
        spend(THREE.key(who))


@pytest.mark.race
def test_many_at_once_are_not_let_through(who):
    through, together = [], threading.Barrier(12)

    def attempt():
        together.wait()
        try:
            spend(THREE.key(who))
            through.append(1)
        except SlowDown:
            pass

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(through) == 3


def test_all_processes_share_the_count_in_redis(redis, settings):
    who = secrets.token_hex(8)
    one, other = Shared(settings.REDIS_URL), Shared(settings.REDIS_URL)

    assert one.spend([TWO.key(who)]) == 0
    assert other.spend([TWO.key(who)]) == 0
    assert 0 < one.spend([TWO.key(who)]) <= 30
    assert all(redis.ttl(name) > 0 for name in redis.keys("jari:throttle:*"))


def test_counting_alone_forgets_before_it_fills_the_memory():
    own = Own()
    for number in range(throttle.REMEMBERED + 50):
        own.spend([TWO.key(str(number))])

    assert len(own._windows) == throttle.REMEMBERED
