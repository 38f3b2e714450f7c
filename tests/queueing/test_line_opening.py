"""Before the opening people get tickets; at the opening these draw for the places."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from queueing.line import Mode, OutOfNumbers, State
from queueing.line.answers import Called
from tests.queueing.lines import MINUTE, SECOND, START, crowd, names, open_door
from tests.queueing.opening import OPENING, come_early, in_order, open_line


@pytest.fixture
def door(redis):
    """A line that opens in a minute, with room for ten."""
    return open_door(redis, opens_at=OPENING)


def test_who_comes_before_the_opening_gets_a_ticket_and_no_place(door):
    told = come_early(door, ["u1", "u2", "u1"])

    assert [(one.state, one.number, one.ahead) for one in told] == [
        (State.EARLY, 1, None),
        (State.EARLY, 2, None),
        (State.EARLY, 1, None),
    ]
    assert told[-1].room.opens_at == OPENING
    assert (told[-1].room.early, told[-1].room.waiting) == (2, 0)
    assert door.line.look("u2").state is State.EARLY
    assert door.line.look("u3").state is State.ABSENT


def test_nobody_is_called_before_the_opening(redis):
    door = open_door(redis)
    door.join("u1")
    door.configure(opens_at=OPENING)

    door.clock.go(MINUTE - 1)
    assert door.line.tick().called == ()
    door.clock.go(1)
    assert names(door.line.tick()) == ["u1"]


def test_the_early_draw_for_their_places_and_later_ones_stand_behind(door):
    come_early(door, crowd(20))
    assert open_line(door).room.drawing
    assert door.join("u21").number == 41

    room = door.draw()

    assert (room.early, room.num_early, room.drawing, room.waiting) == (0, 20, False, 21)
    door.configure(threshold=100)
    tick = door.line.tick()
    assert names(tick) == [*in_order(door, crowd(20)), "u21"]
    assert names(tick) != crowd(21)
    assert [one.number for one in tick.called] == list(range(21, 42))


def test_the_first_to_join_opens_the_line_where_no_tick_has(door):
    come_early(door, crowd(3))
    door.clock.go(MINUTE)

    told = door.join("u4")

    assert (told.state, told.number, told.room.drawing) == (State.WAITING, 7, True)
    assert door.join("u2").state is State.EARLY


def test_nobody_is_called_while_places_are_drawn(door):
    come_early(door, crowd(20))
    open_line(door)
    door.join("u21")

    for _ in range(4):
        room = door.draw(5)
        assert room.drawing == (room.early > 0)
        if room.drawing:
            assert door.line.tick().called == ()
            assert door.line.admit(5).called == ()

    assert len(door.line.tick().called) == 10


def test_the_frontier_stands_still_while_places_are_drawn(door):
    come_early(door, crowd(20))
    open_line(door)
    door.join("u21")
    frontiers = [door.line.room().frontier]

    for _ in range(20):
        frontiers.append(door.draw(1).frontier)

    assert frontiers == [20] * 21


def test_who_has_drawn_draws_no_more(door):
    come_early(door, crowd(3))
    open_line(door)
    early = door.line.early(10)
    door.draw()

    for person, ticket in early:
        door.line.draw([(person, ticket, 99)])

    assert early == tuple(Called(f"u{n}", n) for n in range(1, 4))
    assert sorted(door.line.look(person).number for person in crowd(3)) == [4, 5, 6]


def test_nobody_draws_before_the_opening_nor_by_another_ticket(door):
    come_early(door, crowd(3))
    door.line.draw([("u1", 1, 5)])
    assert door.line.look("u1").state is State.EARLY
    open_line(door)

    door.line.draw([("u1", 2, 5), ("u9", 9, 6)])

    assert door.line.look("u1").state is State.EARLY
    assert door.line.room().waiting == 0


@pytest.mark.race
def test_workers_that_draw_at_once_give_each_one_number(redis):
    door = open_door(redis, opens_at=OPENING, threshold=2000, rate=100_000)
    come_early(door, crowd(1200))
    open_line(door)
    door.draw(0)

    def draw_all(_):
        while door.draw(500).drawing:
            pass

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(draw_all, range(5)))

    called = [one for _ in range(3) for one in names(door.line.tick())]
    assert called == in_order(door, crowd(1200))


def test_many_are_drawn_for_in_batches(redis):
    door = open_door(redis, opens_at=OPENING)
    come_early(door, crowd(1200))
    open_line(door)

    room = door.draw(1200)

    assert (room.waiting, room.early, room.drawing) == (1200, 0, False)


def test_who_leaves_before_the_draw_leaves_an_empty_place(door):
    come_early(door, crowd(4))
    assert door.line.leave("u2").state is State.ABSENT
    assert door.join("u2").number == 5
    open_line(door)

    assert door.draw().num_early == 5

    assert [one.number for one in door.line.tick().called] == sorted(
        door.place_of(ticket) for ticket in (1, 3, 4, 5)
    )


def test_who_is_silent_before_the_draw_loses_the_ticket(redis):
    door = open_door(redis, opens_at=START + 20 * MINUTE)
    come_early(door, ["ga", "gb"])

    for _ in range(70):
        door.clock.go(5 * SECOND)
        door.line.attend(["gb"])
        room = door.line.tick().room

    assert (room.early, room.evicted) == (1, 1)
    assert door.line.look("gb").state is State.EARLY


def test_the_draw_ends_when_the_last_who_came_early_leaves(door):
    come_early(door, ["u1"])
    open_line(door)
    door.join("u2")
    door.line.leave("u1")

    tick = door.line.tick()

    assert (tick.room.drawing, names(tick)) == (False, ["u2"])


def test_a_line_to_which_nobody_came_early_just_opens(door):
    come_early(door, ["u1"])
    door.line.leave("u1")
    tick = open_line(door)

    assert (tick.room.drawing, tick.room.num_early) == (False, 0)
    assert (door.join("u2").state, door.join("u2").number) == (State.WAITING, 2)


def test_a_guest_who_signs_in_keeps_the_better_ticket(door):
    come_early(door, ["ga", "u1", "gb", "u2"])

    assert [door.line.rename("ga", "u1").number, door.line.rename("gb", "u3").number] == [1, 3]
    assert door.line.look("u3").state is State.EARLY
    assert door.line.room().early == 3


def test_a_ticket_is_better_than_a_place_behind(door):
    come_early(door, ["ga", "u2"])
    open_line(door)
    door.join("u1")
    door.join("gb")

    assert door.line.rename("ga", "u1").state is State.EARLY
    assert door.line.rename("gb", "u2").state is State.EARLY
    assert (door.line.room().early, door.line.room().waiting) == (2, 0)


@pytest.mark.parametrize(
    ("mode", "newcomer", "early"),
    [
        (Mode.OFF, State.OPEN, State.OPEN),
        (Mode.AUTOMATIC, State.EARLY, State.EARLY),
        (Mode.ON, State.EARLY, State.EARLY),
        (Mode.PAUSED, State.EARLY, State.EARLY),
        (Mode.DRAIN, State.CLOSED, State.EARLY),
        (Mode.CLOSED, State.CLOSED, State.CLOSED),
    ],
)
def test_people_fare_before_the_opening_as_the_mode_says(door, mode, newcomer, early):
    door.join("u1")
    door.configure(mode=mode)

    assert door.join("u2").state is newcomer
    assert door.line.beat("u1").state is early


def test_an_automatic_room_is_shut_until_it_opens(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, opens_at=START + 5 * MINUTE)
    for _ in range(290):
        door.clock.go(SECOND)
        door.line.tick()
    told = door.line.look("u1")
    assert (told.state, told.room.on) == (State.ABSENT, True)

    door.clock.go(10 * SECOND)

    assert door.join("u1").state is State.ENTERED


def test_an_automatic_room_stays_shut_for_those_who_drew(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, opens_at=OPENING)
    door.join("u1")
    open_line(door)

    assert door.join("u2").state is State.WAITING
    door.draw()
    assert names(door.line.tick()) == ["u1", "u2"]


def test_an_automatic_room_stays_shut_however_long_the_draw_takes(redis):
    door = open_door(redis, mode=Mode.AUTOMATIC, opens_at=OPENING)
    door.join("u1")
    open_line(door)
    for _ in range(70):
        door.clock.go(SECOND)
        door.line.tick()

    assert door.join("u2").state is State.WAITING


def test_who_stood_in_line_already_stays_before_those_who_draw(redis):
    door = open_door(redis, threshold=100)
    for person in crowd(3):
        door.join(person)
    door.configure(opens_at=OPENING)
    come_early(door, crowd(5, first=4))
    assert open_line(door).room.frontier == 0

    door.draw()

    assert names(door.line.tick()) == [*crowd(3), *in_order(door, crowd(5, first=4))]


@pytest.mark.parametrize("opens_at", [0, START + 10])
def test_an_opening_that_is_brought_forward_draws_at_once(door, opens_at):
    come_early(door, crowd(3))
    door.clock.go(10)
    door.configure(opens_at=opens_at)

    assert door.line.tick().room.drawing
    assert door.join("u4").number == 7


def test_an_opening_that_is_put_off_keeps_the_tickets(door):
    come_early(door, crowd(3))
    door.configure(opens_at=OPENING + MINUTE)
    assert not open_line(door).room.drawing
    assert door.join("u4").number == 4

    assert open_line(door).room.num_early == 4


def test_a_line_draws_once(door):
    come_early(door, crowd(3))
    open_line(door)
    door.draw()
    door.configure(opens_at=door.clock.now + MINUTE)

    told = door.join("u4")

    assert (told.state, told.number) == (State.WAITING, 7)
    assert door.line.tick().called == ()
    assert open_line(door).room.num_early == 3


def test_a_line_that_was_cleared_draws_anew_among_those_who_come_then(door, redis):
    come_early(door, crowd(3))
    open_line(door)
    door.clear()
    assert {key for key in door.line.keys if redis.exists(key)} == {door.line.keys[0]}
    door.configure(opens_at=door.clock.now + MINUTE)

    told = door.join("u8")
    assert (told.number, told.room.early) == (7, 1)
    assert open_line(door).room.num_early == 7
    door.draw()
    assert 8 <= door.line.look("u8").number <= 14


def test_numbers_for_the_draw_are_asked_for_in_time(redis):
    door = open_door(redis, opens_at=OPENING)
    for person in crowd(500):
        door.line.join(person)

    with pytest.raises(OutOfNumbers) as short:
        door.line.join("u501")

    assert short.value.short == 2
    door.clock.go(MINUTE)
    assert door.line.tick().room.last == 1000


def test_asking_for_the_early_leaves_no_trace(door, redis):
    come_early(door, crowd(3))
    before = {key: redis.dump(key) for key in redis.keys("line*")}

    assert len(door.line.early(2)) == 2

    assert {key: redis.dump(key) for key in redis.keys("line*")} == before
