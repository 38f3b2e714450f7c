"""At the till: who holds something is let finish, and who is done makes room for the next."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from queueing.jobs import tick
from queueing.line import Line, State
from queueing.people import person_of_user
from queueing.rooms import forget_all
from queueing.services.steering import clear_line, configure_room, remove_person
from tests.builders import SILENT, a_seated_event, a_ticket_type, a_user, an_event, let_expire
from tests.queueing.asking import line_of, pass_time, program, refused
from tests.queueing.rooms import a_room
from ticketing.models import Event, Reservation
from ticketing.seating.samples import make_plain_hall

pytestmark = pytest.mark.django_db(transaction=True)

IDLE = 60  # seconds
REFUSED = (403, "admission_required")


@pytest.fixture
def event():
    event = an_event(hold_minutes=10)
    a_ticket_type(event, capacity=100, max_per_person=10)
    return event


@pytest.fixture
def stalls(event):
    return event.ticket_types.get()


@pytest.fixture
def room(event):
    """A room that lets one in at a time."""
    return a_room(event=event, threshold=1, idle_seconds=IDLE, claim_seconds=IDLE)


@pytest.fixture
def alice():
    return program(a_user("alice"))


@pytest.fixture
def bob():
    return program(a_user("bob"))


@pytest.fixture
def inside(event, room, alice, bob):
    """Alice is in, and Bob is next."""
    alice.check(event)
    bob.check(event)
    tick()
    assert alice.status(event)["state"] == "admitted"


def state(event, person):
    return Line(event.pk).look(person_of_user(person.user.pk)).state


def be_silent(event, seconds=IDLE + 1):
    pass_time(event, seconds)
    tick()


# A hold keeps the admission


def test_who_holds_nothing_and_is_silent_is_out(event, inside, alice, bob):
    be_silent(event)

    assert state(event, alice) == State.ABSENT
    assert bob.status(event)["state"] == "admitted"


def test_who_holds_something_may_be_silent_as_long_as_the_hold_lasts(
    event, inside, stalls, alice, bob
):
    assert alice.hold(stalls).status_code == 201

    for _ in range(4):
        be_silent(event)

    assert state(event, alice) == State.ENTERED
    assert bob.status(event)["state"] == "waiting"
    assert alice.hold(stalls).status_code == 201


def test_when_the_hold_is_over_so_is_the_admission(event, inside, stalls, alice, bob):
    held = alice.hold(stalls)
    let_expire(_as_hold(held))

    be_silent(event, 601)

    assert state(event, alice) == State.ABSENT
    assert bob.status(event)["state"] == "admitted"


def _as_hold(held):
    return Reservation.objects.get(pk=held.json()["id"])


def nearly_over(event, held):
    """Have all but the last ten seconds of a hold gone by."""
    pass_time(event, 590)
    soon = timezone.now() + timedelta(seconds=10)
    Reservation.objects.update(expires_at=soon, held_until=soon)
    return held


def test_a_hold_keeps_the_admission_at_once(event, inside, stalls, alice):
    held = alice.hold(stalls)

    until = Line(event.pk).look(person_of_user(alice.user.pk)).until
    expires_at = datetime.fromisoformat(held.json()["expires_at"])
    assert abs(until - expires_at.timestamp() * 1000) < 2


def test_a_hold_that_the_line_did_not_hear_of_keeps_the_admission_by_the_beat(
    event, inside, stalls, alice, settings
):
    admission, here = alice.status(event)["pass"], settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert alice.hold(stalls, Admission_Pass=admission).status_code == 201
    settings.REDIS_URL = here
    tick()

    be_silent(event)

    assert state(event, alice) == State.ENTERED


def test_a_payment_under_way_keeps_the_admission(event, inside, stalls, alice, bob):
    held = nearly_over(event, alice.hold(stalls))
    body = {"payment": {"provider": "sandbox", "card": SILENT}}

    answer = alice.ask("POST", f"reservations/{held.json()['id']}/confirm", body)
    tick()
    be_silent(event)

    assert answer.json()["status"] == "held"
    assert state(event, alice) == State.ENTERED
    assert bob.status(event)["state"] == "waiting"


def test_more_time_to_pay_is_more_time_inside(event, inside, stalls, alice):
    held = nearly_over(event, alice.hold(stalls))

    assert alice.ask("POST", f"reservations/{held.json()['id']}/prolong").status_code == 200
    tick()
    be_silent(event, 580)

    assert state(event, alice) == State.ENTERED


def test_choosing_seats_keeps_the_admission_and_giving_the_last_one_back_does_not_end_it(alice):
    show = a_seated_event(make_plain_hall(14), limit=6)
    a_room(event=show, idle_seconds=IDLE)
    alice.check(show)
    tick()
    alice.status(show)
    seat = f"events/{show.pk}/selection/seats/1F-1-1"

    assert alice.ask("PUT", seat).status_code == 200
    be_silent(show)
    assert state(show, alice) == State.ENTERED
    alice.status(show)
    assert alice.ask("DELETE", seat).status_code == 200

    assert state(show, alice) == State.ENTERED
    assert alice.ask("PUT", seat).status_code == 200


# Nobody is thrown out of the checkout


@pytest.mark.parametrize(
    "way", ["idled", "left", "was removed", "was cleared away", "was closed", "was lost"]
)
def test_who_holds_something_can_pay_whatever_became_of_the_admission(
    event, room, inside, stalls, alice, bob, redis, way
):
    held = alice.hold(stalls)
    if way == "idled":
        Line(event.pk).release(person_of_user(alice.user.pk))
    elif way == "left":
        alice.leave(event)
    elif way == "was removed":
        person = person_of_user(alice.user.pk)
        remove_person(room_id=room.pk, person=person, by=bob.user.pk)
    elif way == "was cleared away":
        clear_line(room_id=room.pk, by=bob.user.pk)
    elif way == "was closed":
        configure_room(room_id=room.pk, changes={"mode": "closed"}, by=bob.user.pk)
    else:
        redis.flushdb()

    paid = alice.pay(held)

    assert (paid.status_code, paid.json()["status"]) == (200, "confirmed")
    if way not in {"was closed", "was lost"}:
        assert refused(alice.hold(stalls)) == REFUSED


def test_without_redis_who_holds_something_can_pay_and_cancel(
    event, inside, stalls, alice, settings
):
    first, second = alice.hold(stalls), alice.hold(stalls)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert alice.pay(first).status_code == 200
    assert alice.cancel(second).status_code == 200


def test_with_more_shoppers_than_tickets_nobody_inside_is_sent_away(event, stalls, alice, bob):
    a_room(event=event, threshold=10)
    alice.check(event)
    bob.check(event)
    tick()
    alice.status(event)
    bob.status(event)
    event.ticket_types.update(capacity=1, available=1)
    held = alice.hold(stalls)
    tick()

    assert refused(bob.hold(stalls)) == (409, "sold_out")
    assert bob.status(event)["state"] == "admitted"
    alice.cancel(held)
    assert bob.hold(stalls).status_code == 201


# Who is done makes room


def test_cancelling_makes_room(event, inside, stalls, alice, bob):
    held = alice.hold(stalls)

    alice.cancel(held)
    tick()

    assert state(event, alice) == State.ABSENT
    assert bob.status(event)["state"] == "admitted"
    assert refused(alice.hold(stalls)) == REFUSED


def test_buying_makes_room(event, inside, stalls, alice, bob):
    alice.pay(alice.hold(stalls))
    tick()

    assert bob.status(event)["state"] == "admitted"
    assert refused(alice.hold(stalls)) == REFUSED


def test_where_the_room_says_so_buying_makes_no_room(event, room, inside, stalls, alice, bob):
    configure_room(room_id=room.pk, changes={"releases_on_buying": False}, by=None)

    alice.pay(alice.hold(stalls))
    tick()

    assert bob.status(event)["state"] == "waiting"
    assert alice.hold(stalls).status_code == 201


def test_who_gives_up_one_of_two_holds_is_at_the_till_still(event, inside, stalls, alice, bob):
    first, second = alice.hold(stalls), alice.hold(stalls)

    alice.cancel(first)
    tick()

    assert state(event, alice) == State.ENTERED
    assert bob.status(event)["state"] == "waiting"
    assert alice.pay(second).status_code == 200
    tick()
    assert bob.status(event)["state"] == "admitted"


def test_a_refund_later_ends_no_admission(event, inside, stalls, alice):
    bought = alice.hold(stalls)
    alice.pay(bought)
    alice.check(event)
    line = line_of(event)

    assert alice.cancel(bought).status_code == 200

    assert line_of(event) == line


def test_a_declined_card_ends_nothing(event, inside, stalls, alice, bob):
    held = alice.hold(stalls)
    body = {"payment": {"provider": "sandbox", "card": "4000000000000002"}}

    declined = alice.ask("POST", f"reservations/{held.json()['id']}/confirm", body)
    tick()

    assert declined.status_code == 402
    assert state(event, alice) == State.ENTERED
    assert alice.pay(held).status_code == 200


# The door is before the hold, whichever way it is asked for


def test_there_is_no_way_round_the_door(event, room, inside, stalls, alice, bob):
    show = a_seated_event(make_plain_hall(14), limit=6)
    a_room(event=show)
    seat = f"events/{show.pk}/selection/seats/1F-1-1"
    best = f"events/{show.pk}/selection/best"
    (seated,) = show.ticket_types.all()

    ways = [
        bob.hold(stalls),
        bob.ask("PUT", seat),
        bob.ask("POST", best, {"ticket_type": str(seated.pk), "quantity": 1}),
        bob.ask("POST", "reservations", {"event": str(show.pk), "seats": ["1F-1-2"]}),
        bob.ask("PUT", f"events/{event.pk}/selection/items/{stalls.pk}", {"quantity": 1}),
    ]

    assert [refused(answer) for answer in ways] == [REFUSED] * len(ways)
    assert not Reservation.objects.exists()


def test_another_event_is_another_door(event, inside, alice):
    other = an_event()
    floor = a_ticket_type(other)
    a_room(event=other)
    admission = alice.status(event)["pass"]
    forget_all()

    assert refused(alice.hold(floor, Admission_Pass=admission)) == REFUSED
    assert Event.objects.count() == 2
