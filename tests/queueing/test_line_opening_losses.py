"""What a loss of Redis does to tickets and to the draw: nothing that anybody would see."""

import pytest

from queueing.line import OutOfNumbers, State, Void
from tests.queueing.lines import MINUTE, SECOND, change_state, crowd, names, open_door
from tests.queueing.opening import OPENING, come_early, in_order, open_line


@pytest.fixture
def door(redis):
    """A line that opens in a minute, with room for ten."""
    return open_door(redis, opens_at=OPENING)


def come_back_early(door, people):
    for person in people:
        ticket = int(person[1:])
        door.insist(
            lambda who=person, number=ticket: door.line.restore(
                who, number=number, epoch=1, early=True
            )
        )


def come_back_drawn(door, people):
    for person in people:
        ticket = int(person[1:])
        number = door.place_of(ticket)
        door.insist(
            lambda who=person, n=number, t=ticket: door.line.restore(
                who, number=n, epoch=door.epoch, ticket=t
            )
        )


def test_tickets_come_back_after_a_loss(door):
    come_early(door, crowd(20))
    door.lose_redis()
    newcomer = door.join("u21")

    come_back_early(door, crowd(20))

    assert (newcomer.state, newcomer.number) == (State.EARLY, 1001)
    assert [door.line.look(f"u{n}").number for n in range(1, 21)] == list(range(1, 21))
    open_line(door)
    assert door.draw().num_early == 1001
    assert len(door.line.tick().called) == 10


@pytest.mark.parametrize("away", [MINUTE - 1, MINUTE, 10 * MINUTE])
def test_a_line_that_was_lost_about_its_opening_opens_when_people_are_back(door, away):
    come_early(door, crowd(3))
    door.clock.go(away)
    door.lose_redis()

    newcomer = door.join("u9")
    assert newcomer.state is State.EARLY
    assert newcomer.room.opens_at == door.clock.now + 30 * SECOND
    come_back_early(door, crowd(3))

    door.clock.go(30 * SECOND)
    room = door.insist(door.line.tick).room
    assert (room.drawing, room.early) == (True, 4)


def test_a_line_that_opened_long_ago_does_not_draw_after_a_loss(door):
    door.clock.go(MINUTE)
    door.join("u1")
    door.clock.go(16 * MINUTE)
    door.lose_redis()

    assert door.join("u2").state is State.WAITING


def test_what_was_drawn_comes_back_after_a_loss(door):
    come_early(door, crowd(20))
    open_line(door)
    door.join("u41")
    door.draw()
    door.lose_redis()

    newcomer = door.join("u99")
    come_back_drawn(door, crowd(20))
    door.line.restore("u41", number=41, epoch=1)

    assert newcomer.state is State.WAITING
    assert (newcomer.room.num_early, newcomer.room.opens_at) == (20, OPENING)
    door.configure(threshold=100)
    door.clock.go(door.settings.recovery_ms)
    assert names(door.line.tick()) == [*in_order(door, crowd(20)), "u41", "u99"]


def test_a_loss_amid_the_draw_changes_nobody_s_place(door):
    come_early(door, crowd(20))
    open_line(door)
    door.draw(7)
    door.lose_redis()

    come_back_drawn(door, reversed(crowd(20)))

    assert [door.line.look(who).ahead for who in in_order(door, crowd(20))] == list(range(20))


def test_a_ticket_is_void_once_it_has_drawn(door):
    come_early(door, crowd(3))
    open_line(door)
    door.draw()
    door.lose_redis()
    door.begin()

    with pytest.raises(Void):
        door.line.restore("u1", number=1, epoch=1, early=True)


def test_a_ticket_that_was_given_up_has_no_place(door):
    come_early(door, crowd(3))
    door.lose_redis()
    come_back_early(door, crowd(3))
    door.line.leave("u1")
    open_line(door)
    door.draw()
    door.clock.go(10 * MINUTE)
    door.line.tick()

    with pytest.raises(Void):
        come_back_drawn(door, ["u1"])
    with pytest.raises(Void):
        door.line.restore("u1", number=1, epoch=1, early=True)
    assert door.line.look("u2").state is State.CALLED


def test_a_ticket_comes_back_as_often_as_it_is_shown(door):
    come_early(door, crowd(2))
    door.lose_redis()

    come_back_early(door, ["u2", "u2"])

    assert door.line.look("u2").number == 2


def test_a_ticket_that_was_given_up_has_no_place_after_a_restart_either(door, redis):
    come_early(door, crowd(3))
    door.lose_redis()
    come_back_early(door, crowd(3))
    door.line.leave("u1")
    open_line(door)
    door.draw()
    change_state(door.line, redis, run="another")
    door.clock.go(10 * MINUTE)
    door.line.tick()

    with pytest.raises(Void):
        come_back_drawn(door, ["u1"])


def test_who_gave_up_what_they_drew_does_not_draw_again(door):
    come_early(door, crowd(3))
    door.lose_redis()
    come_back_early(door, crowd(3))
    open_line(door)
    door.draw(1)
    door.line.leave("u1")
    for _ in range(30):
        door.clock.go(5 * SECOND)
        door.line.attend(crowd(3))
        assert door.line.tick().room.drawing

    with pytest.raises(Void):
        come_back_early(door, ["u1"])


def test_one_ticket_is_not_given_to_the_guest_and_the_user_they_became(door):
    door.join("g1")
    door.line.rename("g1", "u1")
    door.lose_redis()
    come_back_early(door, ["u1"])

    with pytest.raises(Void):
        come_back_early(door, ["g1"])


def test_who_joined_anew_before_they_were_known_gets_the_old_ticket(door):
    come_early(door, crowd(2))
    door.lose_redis()
    assert door.join("u2").number == 1001

    come_back_early(door, ["u2"])

    assert door.line.look("u2").number == 2
    assert door.line.room().early == 1


def test_who_joined_the_open_line_anew_draws_by_the_old_ticket(door):
    come_early(door, crowd(2))
    door.lose_redis()
    come_back_early(door, ["u1"])
    door.clock.go(MINUTE)
    assert door.join("u2").state is State.WAITING

    come_back_early(door, ["u2"])

    assert door.line.look("u2").state is State.EARLY
    assert (door.line.room().waiting, door.line.room().early) == (0, 2)


def test_who_was_let_in_by_hand_and_comes_with_a_ticket_is_in(door):
    come_early(door, ["u1"])
    door.lose_redis()
    door.begin()
    door.line.readmit("u1", epoch=1)

    come_back_early(door, ["u1"])

    assert door.line.look("u1").state is State.ENTERED
    assert door.line.room().early == 0


def test_a_draw_waits_for_the_numbers_that_it_needs(door):
    come_early(door, crowd(3))
    door.lose_redis()
    door.begin()
    door.lose_redis()
    come_back_early(door, crowd(3))
    door.clock.go(MINUTE)

    for step in (door.line.tick, lambda: door.line.join("u9"), lambda: door.line.join("u1")):
        with pytest.raises(OutOfNumbers) as refusal:
            step()
        assert refusal.value.short == 1000
    assert not door.line.room().drawing
    assert door.insist(door.line.tick).room.drawing
