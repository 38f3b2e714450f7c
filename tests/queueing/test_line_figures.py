"""What a tick tells: how fast the line moves, what happened, for whom tickets are left."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from queueing.line import Counts, LineLost, Mode, State
from tests.queueing.lines import MINUTE, SECOND, crowd, names, open_door


@pytest.fixture
def moving(redis):
    """A line of 2,000 from which two are let in each second."""
    door = open_door(redis, threshold=10_000, rate=120)
    for person in crowd(2000):
        door.join(person)
    door.line.tick()
    return door


def live_on(door, seconds, **tick):
    """Tick each second, and whoever is called comes in; return the line as it was after each."""
    rooms, inside = [], []
    for _ in range(seconds):
        door.clock.go(SECOND)
        door.line.attend([*inside, "u1999"])
        told = door.line.tick(**tick)
        for person in names(told):
            door.line.beat(person)
        inside += names(told)
        rooms.append(told.room)
    return rooms


def test_a_tick_tells_what_happened_since_the_last(door):
    for person in crowd(13):
        door.join(person)
    assert door.line.tick().deltas == Counts(joined=13, called=10)

    door.line.leave("u11")
    door.line.beat("u1")
    door.line.beat("u2")
    assert door.line.tick().deltas == Counts(entered=2, left=1)
    assert door.line.tick().deltas == Counts()

    door.line.admit(1)
    door.join("u20")
    for _ in range(26):
        door.clock.go(5 * SECOND)
        door.line.attend(["u1", "u2", "u20", "u13"])
        last = door.line.tick()
    assert last.room.no_shows == 9
    assert door.line.tick().deltas == Counts()


def test_who_goes_silent_has_left(redis):
    door = open_door(redis, threshold=0)
    door.join("ga")
    door.line.tick()
    deltas = []

    for _ in range(70):
        door.clock.go(5 * SECOND)
        deltas.append(door.line.tick().deltas)

    assert [one for one in deltas if one != Counts()] == [Counts(left=1)]


@pytest.mark.race
def test_ticks_at_once_tell_each_thing_once(redis):
    door = open_door(redis, threshold=50, rate=100_000)

    def come_and_go(part):
        for number in range(part, 400, 8):
            door.line.join(f"u{number}")
            if number % 3 == 0:
                door.line.leave(f"u{number}")

    with ThreadPoolExecutor(13) as pool:
        people = [pool.submit(come_and_go, part) for part in range(8)]
        ticks = [pool.submit(lambda: [door.line.tick() for _ in range(20)]) for _ in range(5)]
        for one in people:
            one.result()
        told = [tick.deltas for some in ticks for tick in some.result()]
    last = door.line.tick()

    told = Counts(*map(sum, zip(*told, last.deltas, strict=True)))
    room = last.room
    assert told == (room.joined, room.called, room.entered, room.left, room.no_shows)
    assert (told.joined, told.left) == (400, 134)


def test_the_speed_is_how_many_numbers_the_frontier_passes_in_a_second(moving):
    rooms = live_on(moving, 90)

    assert [room.speed for room in rooms[:10]] == [0] * 10
    assert rooms[10].speed > 0
    assert rooms[-1].speed == pytest.approx(2, rel=0.05)
    assert rooms[-1].recent == pytest.approx(120, abs=2)


def test_the_speed_follows_the_rate_within_minutes(moving):
    live_on(moving, 60)
    moving.configure(rate=30)

    speeds = [room.speed for room in live_on(moving, 240)]

    assert speeds[10] > 1
    assert speeds[-1] == pytest.approx(0.5, rel=0.2)


def test_numbers_that_have_gone_count_as_passed(moving):
    for number in range(500, 1900):
        if number % 4:
            moving.line.leave(f"u{number}")

    rooms = live_on(moving, 400)

    assert rooms[-1].speed == pytest.approx(8, rel=0.15)


@pytest.mark.parametrize(
    ("settings", "tick"), [({"mode": Mode.PAUSED}, {}), ({}, {"stock": 0})], ids=["paused", "sold"]
)
def test_the_speed_is_kept_while_nobody_may_be_called(moving, settings, tick):
    live_on(moving, 60)
    before = moving.line.room().speed
    moving.configure(**settings)

    rooms = live_on(moving, 200, **tick)

    assert {room.speed for room in rooms} == {before}


def test_a_full_sale_slows_the_line_down(moving):
    before = live_on(moving, 60)[-1]
    moving.configure(threshold=before.active)

    assert live_on(moving, 100)[-1].speed < before.speed / 4


def test_the_speed_is_unknown_at_first_and_kept_when_the_line_is_empty(redis):
    door = open_door(redis, threshold=100, rate=60)
    assert live_on(door, 20)[-1].speed == 0
    for person in crowd(40):
        door.join(person)
    before = live_on(door, 39)[-1]

    after = live_on(door, 60)[-1]

    assert (after.waiting, after.last) == (0, 40)
    assert after.speed == pytest.approx(before.speed)


def test_numbers_that_a_loss_has_left_empty_are_no_speed(redis):
    door = open_door(redis, threshold=10_000, rate=60)
    for person in crowd(40):
        door.join(person)
    door.lose_redis()
    for person in crowd(40):
        door.insist(lambda who=person: door.line.restore(who, number=int(who[1:]), epoch=1))
    for person in crowd(300, first=1701):
        door.join(person)

    rooms = live_on(door, 100)

    assert rooms[-1].frontier > 1000
    assert 0.5 < max(room.speed for room in rooms) < 2


def test_as_many_shop_as_there_are_tickets(door):
    for person in crowd(20):
        door.join(person)

    assert len(door.line.tick(stock=4).called) == 4
    assert door.line.tick(stock=4).called == ()
    assert len(door.line.tick(stock=6).called) == 2


def test_who_holds_tickets_already_shops_no_more(door):
    for person in crowd(20):
        door.join(person)
    door.line.tick(stock=5)

    assert len(door.line.tick(stock=2, holders=3).called) == 0
    assert len(door.line.tick(stock=2, holders=4).called) == 1
    assert len(door.line.tick(stock=2, holders=9).called) == 2  # more hold than were let in
    assert door.line.tick(stock=0, holders=8).called == ()


def test_the_limits_hold_where_there_is_plenty(door):
    for person in crowd(20):
        door.join(person)

    assert len(door.line.tick(stock=1000, holders=3).called) == 10


def test_holds_keep_many_admissions_at_once(redis):
    door = open_door(redis, threshold=1300)
    for person in crowd(1310):
        door.join(person)
    while door.line.tick().unfinished or door.line.room().active < 1300:
        door.clock.go(SECOND)
    until = door.clock.now + 10 * MINUTE

    door.line.keep_all(dict.fromkeys(crowd(1310), until))
    door.line.keep_all({"u1": until - MINUTE})

    assert door.line.look("u1").until == until
    assert door.line.look("u1300").until == until
    assert door.line.look("u1301").state is State.WAITING
    assert door.line.room().active == 1300


def test_an_open_socket_keeps_one_s_place_and_one_s_admission(redis):
    door = open_door(redis, threshold=2)
    for person in crowd(4):
        door.join(person)
    door.line.tick()
    door.line.beat("u1")

    for _ in range(30):
        door.clock.go(5 * SECOND)
        door.line.attend(crowd(3))
        tick = door.line.tick()
    assert [door.line.look(person).state for person in crowd(3)] == [
        State.ENTERED,
        State.ABSENT,  # was called, and never came
        State.CALLED,
    ]
    assert tick.room.no_shows == 1


def test_an_open_socket_does_not_enter(door):
    door.join("u1")
    door.line.tick()
    until = door.line.look("u1").until
    door.clock.go(SECOND)

    door.line.attend(["u1"])

    assert door.line.look("u1")[:4] == (State.CALLED, 1, None, until)
    assert door.line.room().entered == 0


def test_an_open_socket_shortens_no_hold(door):
    door.join("u1")
    door.line.tick()
    door.line.beat("u1")
    until = door.clock.now + 10 * MINUTE
    door.line.keep("u1", until=until)

    door.line.attend(["u1"])

    assert door.line.look("u1").until == until


def test_sockets_of_strangers_change_nothing(door, redis):
    door.join("u1")
    before = {key: redis.dump(key) for key in redis.keys("line*")}

    door.line.attend(["u2", "ga"])
    door.line.attend([])
    door.line.keep_all({"u1": door.clock.now + MINUTE, "u2": door.clock.now})
    door.line.keep_all({})

    assert {key: redis.dump(key) for key in redis.keys("line*")} == before


def test_people_with_sockets_can_be_heard(redis):
    door = open_door(redis, threshold=10)
    for person in crowd(10):
        door.join(person)
    door.line.tick()
    for person in crowd(10):
        door.line.beat(person)
    door.line.keep_all(dict.fromkeys(crowd(10), door.clock.now + 20 * MINUTE))
    door.join("ga")

    for _ in range(70):
        door.clock.go(5 * SECOND)
        door.line.attend(crowd(10))
        room = door.line.tick().room

    assert room.evicted == 1


def test_many_attend_in_batches(redis):
    door = open_door(redis, threshold=0)
    for person in crowd(1300):
        door.join(person)
    door.clock.go(10 * MINUTE)

    door.line.attend(random.sample(crowd(1300), 1300))

    assert door.line.look("u1").until == door.line.look("u1300").until
    assert door.line.look("u700").until == door.clock.now + 15 * MINUTE


def test_a_lost_line_says_so_to_many_at_once(redis):
    door = open_door(redis)
    door.lose_redis()

    for step in (
        lambda: door.line.attend(["u1"]),
        lambda: door.line.keep_all({"u1": 1}),
        lambda: door.line.early(5),
        lambda: door.line.draw([]),
    ):
        with pytest.raises(LineLost):
            step()


def test_names_of_those_called_by_hand_are_in_the_next_counts(door):
    door.join("u1")
    assert names(door.line.admit(1)) == ["u1"]
    assert door.line.admit(1).deltas == Counts()

    assert door.line.tick().deltas == Counts(joined=1, called=1)
