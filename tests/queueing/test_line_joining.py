import pytest

from queueing.line import Line, LineAway, LineLost, Mode, OutOfNumbers, State, Void
from tests.queueing.lines import MINUTE, SECOND, crowd, make_settings, names, open_door


def test_numbers_follow_arrival_and_stay(door):
    told = [door.join(person) for person in ("u5", "gz", "u1", "u5")]

    assert [one.state for one in told] == [State.WAITING] * 4
    assert [one.number for one in told] == [1, 2, 3, 1]
    assert [one.ahead for one in told] == [0, 1, 2, 0]


def test_looking_leaves_no_trace(door, redis):
    before = {key: redis.dump(key) for key in redis.keys("line*")}

    assert door.line.look("u1").state is State.ABSENT

    assert {key: redis.dump(key) for key in redis.keys("line*")} == before


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        (Mode.OFF, State.OPEN),
        (Mode.AUTOMATIC, State.ENTERED),
        (Mode.ON, State.WAITING),
        (Mode.PAUSED, State.WAITING),
        (Mode.DRAIN, State.CLOSED),
        (Mode.CLOSED, State.CLOSED),
    ],
)
def test_newcomers_fare_as_the_mode_says(redis, mode, state):
    door = open_door(redis, mode=mode)

    assert door.join("u1").state is state


def test_automatic_rooms_close_up_at_the_threshold_and_open_after_a_calm_minute(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, threshold=10)
    told = [door.join(person).state for person in crowd(11)]
    assert told == [State.ENTERED] * 10 + [State.WAITING]
    for person in crowd(4):
        door.line.release(person)
    assert names(door.line.tick()) == ["u11"]  # seven are active now: calm begins

    calm = []
    for _ in range(70):
        door.clock.go(SECOND)
        for person in crowd(7, first=5):
            door.line.beat(person)
        calm.append(door.line.tick().room.on)

    assert calm == [True] * 59 + [False] * 11
    assert door.join("u20").state is State.ENTERED


def test_a_room_near_its_threshold_stays_closed_up(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, threshold=10)
    for person in crowd(10):
        door.join(person)
    door.line.tick()
    for person in crowd(2):
        door.line.release(person)

    for _ in range(70):
        door.clock.go(SECOND)
        for person in crowd(8, first=3):
            door.line.beat(person)
        on = door.line.tick().room.on

    assert on


def test_a_room_where_somebody_waits_stays_closed_up(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, threshold=2)
    for person in crowd(3):
        door.join(person)
    for person in crowd(2):
        door.line.release(person)

    for _ in range(70):
        door.clock.go(SECOND)
        door.line.attend(["u3"])
        on = door.line.tick(stock=0).room.on

    assert on


def test_newcomers_never_overtake_those_who_wait_in_an_automatic_room(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, threshold=1)
    for person in crowd(2):
        door.join(person)
    door.line.release("u1")

    assert door.join("u3").state is State.WAITING
    assert names(door.line.tick()) == ["u2"]


def test_who_left_an_open_room_and_comes_again_is_not_revoked(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC)
    door.join("u1")
    assert door.line.leave("u1").revoked

    assert not door.join("u1").revoked


def test_all_numbers_given_is_said_and_no_number_is_given_twice(redis):
    door = open_door(redis)
    door.line.extend(reserved=1001)
    door.line.extend(reserved=500)  # somebody was slow to say so
    for person in crowd(1001):
        door.line.join(person)

    with pytest.raises(OutOfNumbers):
        door.line.join("u2000")

    assert door.line.join("u7").number == 7
    door.line.extend(reserved=3000)
    assert door.line.join("u2000").number == 1002


def test_beginning_twice_at_once_does_no_harm(redis):
    door = open_door(redis)
    door.line.begin(epoch=1, before=1000, reserved=2000, settings=make_settings())
    door.line.begin(epoch=1, before=0, reserved=1000, settings=make_settings())

    assert [door.line.join(person).number for person in crowd(2000)] == list(range(1, 2001))


def test_a_later_epoch_clears_the_line_but_not_its_numbers(door):
    for person in crowd(3):
        door.join(person)
    door.line.admit(1)
    door.epoch += 1

    door.begin()

    assert door.line.room()[8:10] == (0, 0)
    assert door.join("u9").number == 4
    with pytest.raises(Void):
        door.line.restore("u2", number=2, epoch=1)
    with pytest.raises(Void):
        door.line.readmit("u1", epoch=1)
    door.lose_redis()
    door.begin()
    with pytest.raises(Void):
        door.line.restore("u2", number=2, epoch=1)


def test_settings_that_come_late_change_nothing(door):
    newer = door.configure(threshold=20)
    door.line.configure(make_settings(threshold=5))

    room = door.line.room()
    assert (room.threshold, room.settings_version) == (20, newer.settings_version)


def test_silence_beyond_the_grace_costs_the_place_and_a_beat_keeps_it(redis):
    door = open_door(redis, threshold=0)
    for person in ("ga", "gb", "u3", "u4"):
        door.join(person)

    for _ in range(200):  # 1000 s
        door.clock.go(5 * SECOND)
        door.line.beat("gb")
        door.line.beat("u4")
        room = door.line.tick().room

    assert [door.line.look(who).state for who in ("ga", "gb", "u3", "u4")] == [
        State.ABSENT,
        State.WAITING,
        State.ABSENT,
        State.WAITING,
    ]
    assert room.evicted == 2
    assert door.join("ga").number == 5


def test_leaving_gives_up_the_place(door):
    for person in crowd(3):
        door.join(person)

    told = door.line.leave("u1")

    assert (told.state, told.revoked, told.room.waiting) == (State.ABSENT, True, 2)
    assert door.line.look("u2").ahead == 0
    assert door.join("u1").number == 4


def test_releasing_takes_no_place(door):
    door.join("u1")

    assert door.line.release("u1").state is State.WAITING


def test_who_leaves_when_called_is_no_longer_expected(door):
    door.join("u1")
    door.line.tick()

    assert door.line.leave("u1").room.unclaimed == 0


def test_a_guest_who_signs_in_keeps_the_better_place(door):
    for person in ("ga", "u1", "gb"):
        door.join(person)

    assert door.line.rename("ga", "u1").number == 1
    assert door.line.rename("gb", "u2").number == 3
    assert door.line.room().waiting == 2
    assert names(door.line.tick()) == ["u1", "u2"]


def test_a_guest_who_was_called_signs_in_and_is_in(door):
    door.join("ga")
    door.line.tick()

    assert door.line.rename("ga", "u1").state is State.ENTERED
    assert door.line.look("ga").state is State.ABSENT
    assert door.line.room().active == 1


def test_a_user_who_is_in_gives_up_the_place_they_had_as_a_guest(redis):
    door = open_door(redis, threshold=1)
    for person in ("u1", "ga", "gb"):
        door.join(person)
    door.line.tick()

    told = door.line.rename("ga", "u1")

    assert (told.state, told.room.waiting) == (State.ENTERED, 1)
    assert door.line.look("gb").ahead == 0


def test_a_guest_who_is_in_signs_in_and_gives_up_the_place_of_the_user(redis):
    door = open_door(redis, threshold=1)
    for person in ("ga", "u1"):
        door.join(person)
    door.line.tick()

    told = door.line.rename("ga", "u1")

    assert (told.state, told.room.waiting, told.room.active) == (State.ENTERED, 0, 1)


def test_the_pass_of_a_guest_who_has_signed_in_is_void_and_that_of_the_user_is_not(door):
    for person in ("u1", "ga"):
        door.join(person)
    door.line.leave("u1")
    door.line.tick()

    assert not door.line.rename("ga", "u1").revoked
    assert door.line.look("ga").revoked
    with pytest.raises(Void):
        door.line.readmit("ga", epoch=1)


def test_a_line_that_redis_does_not_know_is_lost(redis):
    line = Line("nowhere", redis=redis)

    for step in (line.room, line.tick, lambda: line.join("u1"), lambda: line.beat("u1")):
        with pytest.raises(LineLost):
            step()


def test_a_redis_that_is_gone_is_a_refusal(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"

    with pytest.raises(LineAway) as refusal:
        Line(7).join("u1")

    assert refusal.value.status == 503
    assert refusal.value.facts["retry_after"] > 0


def test_lines_of_two_events_do_not_touch(redis):
    here, there = open_door(redis), open_door(redis, "8")
    here.join("u1")

    assert there.line.look("u1").state is State.ABSENT
    here.line.forget()
    assert there.line.room().waiting == 0
    assert not redis.keys("line:{7}*")


def test_the_server_s_clock_is_used_where_no_test_sets_one(redis):
    door = open_door(redis)
    line = Line("9", redis=redis)

    room = line.begin(epoch=1, before=0, reserved=10, settings=door.settings)

    seconds, _ = redis.time()
    assert abs(room.now / 1000 - seconds) < 5
    assert line.join("u1").until > room.now + 10 * MINUTE
