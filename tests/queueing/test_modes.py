"""What operators set at the door, and that it counts at once, for those who are there too."""

import pytest

from queueing.jobs import tick
from queueing.line import Line
from queueing.services.steering import configure_room
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import Asking, line_of, pass_time, program, refused
from tests.queueing.rooms import a_room

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (403, "admission_required")
NEVER_ON = ["paused", "drain", "closed"]


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=1000, max_per_person=10)
    return event


@pytest.fixture
def stalls(event):
    return event.ticket_types.get()


@pytest.fixture
def alice():
    return program(a_user("alice"))


@pytest.fixture
def bob():
    return program(a_user("bob"))


@pytest.fixture
def room(event):
    """A room that is on and lets one in at a time."""
    return a_room(event=event, threshold=1)


@pytest.fixture
def one_in_one_waiting(event, room, alice, bob):
    alice.check(event)
    bob.check(event)
    tick()
    assert [alice.status(event)["state"], bob.status(event)["state"]] == ["admitted", "waiting"]


def change(room, **changes):
    configure_room(room_id=room.pk, changes=changes, by=None)


def crowd(event, count):
    guests = [Asking() for _ in range(count)]
    return guests, [guest.check(event) for guest in guests]


def is_on(event):
    return Line(event.pk).room().on


# On


def test_on_has_everybody_line_up_even_where_there_is_room(event, alice):
    a_room(event=event, threshold=500)

    assert alice.check(event)["state"] == "waiting"


# Automatic


def test_automatic_lets_in_at_once_until_it_is_full_and_then_has_people_wait(event):
    a_room(event=event, mode="automatic", threshold=3)

    _, turns = crowd(event, 5)

    assert [turn["state"] for turn in turns] == ["admitted"] * 3 + ["waiting"] * 2
    assert [turn["active"] for turn in turns] == [1, 2, 3, 3, 3]


def test_automatic_has_people_wait_who_would_exceed_the_rate(event):
    a_room(event=event, mode="automatic", threshold=100, rate=4)

    _, turns = crowd(event, 6)

    assert [turn["state"] for turn in turns] == ["admitted"] * 4 + ["waiting"] * 2


def test_while_somebody_waits_nobody_gets_by(event):
    a_room(event=event, mode="automatic", threshold=2)
    (first, *_), _ = crowd(event, 3)

    first.leave(event)
    _, (late,) = crowd(event, 1)

    assert (late["state"], late["position"]) == ("waiting", 1)


def test_automatic_stays_on_for_a_calm_minute_and_flaps_no_more_than_that(event):
    a_room(event=event, mode="automatic", threshold=10)
    guests, _ = crowd(event, 11)
    tick()
    assert is_on(event)
    for guest in guests[:4]:
        guest.leave(event)

    tick()  # nobody waits, and seven of ten are in
    assert is_on(event)
    for _ in range(11):
        pass_time(event, 5)
        tick()
        for guest in guests[4:]:
            guest.status(event)
    assert is_on(event)
    _, (newcomer,) = crowd(event, 1)
    assert newcomer["state"] == "waiting"  # and begins the minute anew
    tick()
    for _ in range(11):
        pass_time(event, 5)
        tick()
        for guest in guests[4:]:
            guest.status(event)
    assert is_on(event)


def test_after_a_calm_minute_the_door_is_open_again(event):
    a_room(event=event, mode="automatic", threshold=10)
    guests, _ = crowd(event, 11)
    for guest in guests[:4]:
        guest.leave(event)
    tick()

    pass_time(event, 59)
    tick()
    assert is_on(event)
    pass_time(event, 2)
    tick()

    assert not is_on(event)
    _, (newcomer,) = crowd(event, 1)
    assert newcomer["state"] == "admitted"


def test_a_room_that_is_nearly_full_stays_on(event):
    a_room(event=event, mode="automatic", threshold=10, idle_seconds=900)
    guests, _ = crowd(event, 11)
    for guest in guests[:2]:
        guest.leave(event)
    tick()
    assert Line(event.pk).room().active == 9

    for _ in range(3):
        pass_time(event, 61)
        tick()

    assert is_on(event)


# Paused


def test_paused_lets_nobody_in_and_takes_newcomers(event, room, one_in_one_waiting, alice, bob):
    change(room, mode="paused", threshold=10)
    tick()

    turn = bob.status(event)
    _, (late,) = crowd(event, 1)

    assert (turn["state"], turn["reason"], turn["eta"]) == ("waiting", "paused", None)
    assert (late["state"], late["number"]) == ("waiting", 3)
    assert alice.status(event)["state"] == "admitted"
    change(room, mode="on")
    tick()
    assert bob.status(event)["state"] == "admitted"


# Drain


def test_drain_takes_no_newcomers_and_lets_the_others_in(
    event, room, one_in_one_waiting, alice, bob
):
    change(room, mode="drain")
    turn = bob.status(event)

    _, (late,) = crowd(event, 1)
    again = bob.check(event)
    alice.leave(event)
    tick()

    assert (late["state"], late["joined"], late["reason"]) == ("closed", False, "drain")
    assert (turn["number"], again["number"], turn["reason"]) == (2, 2, "drain")
    assert bob.status(event)["state"] == "admitted"
    assert alice.check(event)["state"] == "closed"


# Closed


def test_closed_takes_nobody_in_and_those_inside_finish(
    event, room, one_in_one_waiting, stalls, alice, bob
):
    change(room, mode="closed", threshold=10)
    tick()

    _, (late,) = crowd(event, 1)

    assert (late["state"], late["joined"]) == ("closed", False)
    assert bob.status(event)["state"] == "closed"
    assert refused(bob.hold(stalls)) == REFUSED
    assert alice.status(event)["state"] == "admitted"
    held = alice.hold(stalls)
    assert alice.pay(held).status_code == 200


def test_who_waited_when_it_closed_has_the_same_place_when_it_opens(
    event, room, one_in_one_waiting, bob
):
    change(room, mode="closed")
    tick()
    bob.status(event)
    crowd(event, 1)

    change(room, mode="on")
    turn = bob.status(event)

    assert (turn["state"], turn["number"], turn["position"]) == ("waiting", 2, 0)


# Off


def test_off_lets_everybody_buy_and_on_again_everybody_stands_where_they_stood(
    event, room, one_in_one_waiting, stalls, alice, bob
):
    change(room, mode="off")

    open_ = bob.status(event), bob.check(event), Asking().check(event)
    assert [turn["state"] for turn in open_] == ["open"] * 3
    assert bob.hold(stalls).status_code == 201
    change(room, mode="on")

    assert bob.status(event)["number"] == 2
    assert alice.status(event)["state"] == "admitted"


def test_a_browser_keeps_its_place_while_the_door_is_off_or_closed(event, room, redis):
    (browser, _), _ = crowd(event, 2)
    for mode in ("off", "closed"):
        change(room, mode=mode)
        browser.status(event)
        browser.check(event)
    change(room, mode="on")

    redis.flushdb()

    assert browser.check(event)["number"] == 1


@pytest.mark.parametrize("mode", NEVER_ON)
def test_what_nobody_may_pass_is_no_way_to_buy(event, stalls, alice, mode):
    a_room(event=event, mode=mode)

    alice.check(event)
    tick()

    assert refused(alice.hold(stalls)) == REFUSED


# Changing while people wait


def test_every_mode_can_follow_every_other_and_the_order_stays(event, room):
    guests, _ = crowd(event, 6)
    modes = ["paused", "drain", "closed", "automatic", "off", "paused", "on"]

    for mode in modes:
        change(room, mode=mode, threshold=1)
        tick()

    inside = [guest for guest in guests if guest.status(event)["state"] == "admitted"]
    turns = [guest.status(event) for guest in guests[1:]]
    assert inside == guests[:1]
    assert [turn["number"] for turn in turns] == [2, 3, 4, 5, 6]
    assert [turn["position"] for turn in turns] == [0, 1, 2, 3, 4]


def test_a_greater_threshold_lets_in_at_once_and_a_smaller_one_sends_nobody_out(event, room):
    guests, _ = crowd(event, 6)
    tick()

    change(room, threshold=4)
    tick()
    four = Line(event.pk).room().active
    change(room, threshold=2)
    tick()
    guests[0].leave(event)
    guests[1].leave(event)
    tick()
    two = Line(event.pk).room().active
    guests[2].leave(event)
    tick()

    assert (four, two) == (4, 2)
    assert Line(event.pk).room().active == 2
    assert guests[4].status(event)["state"] == "admitted"


def test_a_smaller_rate_counts_those_of_the_minute_before(event):
    room = a_room(event=event, threshold=100, rate=60)
    crowd(event, 20)
    for _ in range(4):
        tick()
        pass_time(event, 3)
    before = Line(event.pk).room().active

    change(room, rate=6)
    pass_time(event, 35)
    tick()
    within = Line(event.pk).room().active
    pass_time(event, 25)
    tick()
    after = Line(event.pk).room()

    assert before == within == 12
    assert 1 <= after.active - within == after.recent <= 6


def test_a_line_that_is_off_has_nothing_to_do_with_redis(event, room, settings, stalls, alice):
    change(room, mode="off")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert alice.check(event)["state"] == "open"
    assert alice.status(event)["state"] == "open"
    assert alice.hold(stalls).status_code == 201


def test_the_event_says_how_its_door_is(event, room, alice):
    said = []
    for mode in ("on", "closed", "off"):
        change(room, mode=mode)
        said.append(alice.ask("GET", f"events/{event.pk}").json()["waiting_room"])

    assert said == [
        {"mode": "on", "state": "waiting"},
        {"mode": "closed", "state": "closed"},
        {"mode": "off", "state": "open"},
    ]
    assert line_of(event)["line"] == []
