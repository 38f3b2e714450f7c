import random

import pytest

from queueing.line import State, Void
from tests.queueing.lines import SECOND, change_state, crowd, names, open_door


@pytest.fixture
def shut(redis):
    """A line that nobody is called from."""
    return open_door(redis, threshold=0)


def come_back(door, people):
    for person in people:
        door.insist(lambda p=person: door.line.restore(p, number=int(p[1:]), epoch=1))


def test_a_line_that_was_lost_stands_in_its_old_order_before_newcomers(shut):
    for person in crowd(50):
        shut.join(person)
    shut.lose_redis()
    assert shut.join("u99").number == 1001

    come_back(shut, random.sample(crowd(50), 50))

    shut.configure(threshold=100)
    shut.clock.go(shut.settings.recovery_ms - 1)
    assert shut.line.tick().called == ()
    shut.clock.go(1)
    assert names(shut.line.tick()) == [*crowd(50), "u99"]


def test_who_comes_back_late_is_first_in_line(shut):
    for person in crowd(5):
        shut.join(person)
    shut.lose_redis()
    come_back(shut, ["u4", "u5"])
    shut.clock.go(60 * SECOND)
    shut.configure(threshold=1)
    assert names(shut.line.tick()) == ["u4"]

    come_back(shut, ["u2"])

    assert shut.line.look("u2").ahead == 0
    assert shut.line.room().frontier == 1
    shut.configure(threshold=2)
    assert names(shut.line.tick()) == ["u2"]


def test_who_joined_anew_before_they_were_known_gets_the_old_place(shut):
    for person in crowd(3):
        shut.join(person)
    shut.lose_redis()
    shut.join("u9")
    assert shut.join("u2").number > 1000

    come_back(shut, ["u2"])

    assert shut.line.look("u2").number == 2
    assert shut.line.room().waiting == 2


def test_a_place_is_given_back_once(shut):
    for person in crowd(3):
        shut.join(person)
    shut.lose_redis()
    come_back(shut, crowd(3))
    shut.line.admit(1)
    shut.line.release("u1")
    shut.line.leave("u2")
    shut.clock.go(600 * SECOND)
    shut.line.tick()

    for person in crowd(2):
        with pytest.raises(Void):
            come_back(shut, [person])


def test_a_proof_is_void_while_nothing_was_lost(shut):
    for person in crowd(2):
        shut.join(person)
    shut.line.leave("u1")

    with pytest.raises(Void):
        come_back(shut, ["u1"])
    with pytest.raises(Void):
        shut.line.restore("u7", number=500, epoch=1)
    assert shut.line.restore("u2", number=2, epoch=1).number == 2


def test_one_place_is_not_given_to_the_guest_and_the_user_they_became(shut):
    shut.join("g1")
    shut.line.rename("g1", "u1")
    shut.lose_redis()
    come_back(shut, ["u1"])

    with pytest.raises(Void):
        come_back(shut, ["g1"])


def test_who_gave_up_a_place_while_it_was_lost_has_none(shut):
    for person in crowd(2):
        shut.join(person)
    shut.lose_redis()
    shut.begin()
    shut.line.leave("u1")

    with pytest.raises(Void):
        come_back(shut, ["u1"])


def test_who_stands_in_line_again_and_shows_a_pass_is_in(shut):
    shut.join("u1")

    told = shut.line.readmit("u1", epoch=1)

    assert (told.state, told.room.waiting, told.room.active) == (State.ENTERED, 0, 1)


@pytest.mark.parametrize(("guest", "user"), [("g3", "u2"), ("g2", "u3")])
def test_the_worse_of_two_places_does_not_come_back(shut, guest, user):
    for person in ("u1", min(guest, user, key=lambda who: who[1]), "u9"):
        shut.join(person)
    shut.lose_redis()
    come_back(shut, [guest, user])
    assert shut.line.rename(guest, user).number == 2
    shut.line.admit(1)
    shut.line.release(user)
    shut.clock.go(10 * 60 * SECOND)
    shut.line.tick()

    for person in (guest, user):
        for number in (2, 3):
            with pytest.raises(Void):
                shut.line.restore(person, number=number, epoch=1)


def test_passes_that_are_good_bring_back_the_admission_above_the_threshold(redis):
    door = open_door(redis, threshold=2)
    for person in crowd(4):
        door.join(person)
    door.line.tick()
    door.lose_redis()
    door.configure(threshold=1)

    states = [door.line.readmit(person, epoch=1).state for person in crowd(2)]

    assert states == [State.ENTERED] * 2
    door.clock.go(31 * SECOND)
    come_back(door, ["u3"])
    assert door.line.tick().called == ()


def test_a_pass_that_was_revoked_brings_nothing_back(door):
    door.join("u1")
    door.line.tick()
    door.line.leave("u1")

    with pytest.raises(Void):
        door.line.readmit("u1", epoch=1)


def test_a_redis_that_forgot_its_last_second_gives_no_number_twice(shut, redis):
    for person in crowd(3):
        shut.join(person)
    saved = {key: redis.dump(key) for key in redis.keys("line*")}
    for person in crowd(2, first=4):
        shut.join(person)
    redis.flushdb()
    for key, dump in saved.items():
        redis.restore(key, 0, dump)
    change_state(shut.line, redis, run="another")
    shut.clock.go(20)

    newcomer = shut.join("u9")
    come_back(shut, ["u5", "u4"])

    assert newcomer.number == 1001
    assert newcomer.room.recovering
    assert [shut.line.look(p).ahead for p in (*crowd(5), "u9")] == [0, 1, 2, 3, 4, 5]


def test_redis_gives_no_number_twice_after_a_real_restart(valkey):
    from redis import Redis

    with Redis.from_url(valkey.url) as redis:
        door = open_door(redis)
        door.join("u1")
        valkey.kill()
        valkey.start()
        told = door.join("u2")

    assert told.number == 1001


def test_a_server_that_forgot_the_functions_is_told_them_again(door, redis):
    redis.script_flush()

    assert door.join("u1").number == 1
    assert names(door.line.tick()) == ["u1"]
