"""Joining, asking, leaving: by the API as people and programs do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from queueing.jobs import tick
from queueing.services.steering import configure_room
from queueing.services.turns import IDLY, LATEST, SOONEST
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import Asking, line_of, pass_time, program, refused
from tests.queueing.rooms import a_room

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = {
    *("event", "state", "joined", "number", "position", "behind", "waiting", "active"),
    *("threshold", "eta_seconds", "eta", "poll_after", "pass", "place", "expires_at", "early"),
    *("opens_at", "reason", "message", "server_time"),
}


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    return event


@pytest.fixture
def alice():
    return program(a_user("alice"))


@pytest.fixture
def bob():
    return program(a_user("bob"))


def crowd(event, count):
    """Have guests line up behind those who are there."""
    guests = [Asking() for _ in range(count)]
    for guest in guests:
        guest.check(event)
    return guests


# Joining


@pytest.mark.parametrize("mode", [None, "off"])
def test_where_there_is_no_line_the_door_is_open(event, alice, mode):
    if mode is not None:
        a_room(event=event, mode=mode)

    turns = alice.check(event), alice.status(event), Asking().check(event), alice.leave(event)

    for turn in turns:
        assert (turn["state"], turn["joined"], turn["pass"]) == ("open", False, None)
        assert set(turn) == FIELDS
    assert alice.hold(event.ticket_types.get()).status_code == 201


def test_who_joins_is_let_in_by_the_tick_and_may_buy(event, alice, bob):
    a_room(event=event, threshold=1)

    first, second = alice.check(event), bob.check(event)
    tick()
    after = alice.status(event), bob.status(event)

    assert [first["state"], second["state"]] == ["waiting", "waiting"]
    assert [first["number"], second["number"]] == [1, 2]
    assert [first["position"], second["position"]] == [0, 1]
    assert [one["state"] for one in after] == ["admitted", "waiting"]
    assert after[0]["pass"]
    assert after[1]["position"] == 0
    assert alice.hold(event.ticket_types.get()).status_code == 201
    assert refused(bob.hold(event.ticket_types.get())) == (403, "admission_required")


def test_a_place_is_told_whole(event, alice):
    room = a_room(event=event, threshold=7, message="잠시만요", message_en="A moment")
    crowd(event, 3)
    turn = alice.check(event)
    crowd(event, 2)
    again = alice.status(event, Accept_Language="en")

    assert set(turn) == set(again) == FIELDS
    assert (turn["event"], turn["state"], turn["joined"]) == (str(event.pk), "waiting", True)
    assert (turn["number"], turn["position"], turn["behind"], turn["waiting"]) == (4, 3, 0, 4)
    assert (again["number"], again["position"], again["behind"], again["waiting"]) == (4, 3, 2, 6)
    assert (turn["active"], turn["threshold"]) == (0, room.threshold)
    assert turn["place"].startswith(f"{event.pk}.u{alice.user.pk}.4.1.0:")
    assert (turn["pass"], turn["expires_at"], turn["eta"], turn["opens_at"]) == (None,) * 4
    assert (turn["message"], again["message"]) == ("잠시만요", "A moment")


def test_joining_again_changes_nothing(event, alice, bob):
    a_room(event=event)
    first = alice.check(event)
    bob.check(event)
    before = line_of(event)

    turns = [alice.check(event, place=first["place"]) for _ in range(5)]

    assert {turn["number"] for turn in turns} == {first["number"]}
    assert line_of(event) == before


def test_who_was_let_in_and_asks_again_is_in_still(event, alice):
    a_room(event=event)
    alice.check(event)
    tick()

    turns = [alice.check(event) for _ in range(3)]

    assert [turn["state"] for turn in turns] == ["admitted"] * 3
    assert [turn["active"] for turn in turns] == [1] * 3


def test_numbers_are_by_arrival_and_never_given_again(event):
    a_room(event=event, threshold=2)
    people = [program(user) for user in (a_user(f"p{n}") for n in range(6))]

    numbers = [person.check(event)["number"] for person in people]
    people[3].leave(event)
    tick()
    late = program(a_user("late")).check(event)

    assert numbers == [1, 2, 3, 4, 5, 6]
    assert late["number"] == 7
    assert [person.status(event)["position"] for person in people[2:]] == [0, None, 1, 2]


def test_where_nobody_waits_an_automatic_door_lets_in_at_once(event, alice, bob):
    a_room(event=event, mode="automatic", threshold=1)

    first, second = alice.check(event), bob.check(event)

    assert (first["state"], second["state"]) == ("admitted", "waiting")
    assert first["pass"]
    assert alice.hold(event.ticket_types.get()).status_code == 201
    assert refused(bob.hold(event.ticket_types.get())) == (403, "admission_required")


def test_the_page_and_the_api_join_the_same_line(event, alice):
    a_room(event=event)
    browser = Asking(alice.user)
    crowd(event, 2)

    answer = browser.client.post(f"/events/{event.pk}/line")

    assert (answer.status_code, answer["Location"]) == (302, f"/events/{event.pk}/line")
    assert browser.status(event)["number"] == alice.check(event)["number"] == 3


# Asking


def test_asking_never_joins(event, alice):
    a_room(event=event)
    stranger, browser = Asking(), Asking(a_user("bob"))

    turns = alice.status(event), stranger.status(event), browser.status(event)

    for turn in turns:
        assert (turn["state"], turn["joined"], turn["number"]) == ("waiting", False, None)
        assert (turn["place"], turn["pass"], turn["position"]) == (None, None, None)
    assert line_of(event)["line"] == []
    assert not stranger.client.cookies


def test_the_nearer_the_sooner_to_ask_and_not_all_at_once(event):
    a_room(event=event, threshold=1, rate=1)
    first, *_, last = crowd(event, 12)

    near = [first.status(event)["poll_after"] for _ in range(20)]
    far = [last.status(event)["poll_after"] for _ in range(20)]

    assert max(near) < min(far)
    assert len(set(far)) > 5
    assert all(0.8 * SOONEST <= seconds <= 1.2 * LATEST for seconds in near + far)


def test_who_cannot_be_called_soon_need_not_ask_often(event):
    room = a_room(event=event)
    (guest,) = crowd(event, 1)
    configure_room(room_id=room.pk, changes={"mode": "paused"}, by=None)

    turn = guest.status(event)

    assert (turn["state"], turn["reason"], turn["eta"]) == ("waiting", "paused", None)
    assert turn["poll_after"] > IDLY * 0.8


@pytest.mark.parametrize("mode", ["on", "paused"])
def test_who_asks_when_they_are_told_to_is_never_gone(event, mode):
    room = a_room(
        event=event, threshold=1, rate=1, grace_seconds=30, claim_seconds=30, idle_seconds=30
    )
    inside, *waiting = crowd(event, 40)
    tick()
    configure_room(room_id=room.pk, changes={"mode": mode}, by=None)

    turns = [one.status(event) for one in (inside, *waiting)]

    assert [turn["state"] for turn in turns] == ["admitted"] + ["waiting"] * 39
    assert max(turn["poll_after"] for turn in turns) < 15


def test_answers_are_never_kept_by_caches(event, alice):
    a_room(event=event)

    answers = [
        alice.ask("POST", f"queue/check/{event.pk}"),
        alice.ask("GET", f"queue/status/{event.pk}"),
        alice.ask("POST", f"queue/leave/{event.pk}"),
    ]

    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


# Being silent


@pytest.mark.parametrize(("silence", "kept"), [(280, True), (320, False)])
def test_a_guest_may_be_silent_for_the_grace(event, silence, kept):
    a_room(event=event, mode="paused", grace_seconds=300)
    (guest,) = crowd(event, 1)

    pass_time(event, silence)
    tick()

    assert guest.status(event)["joined"] is kept
    assert guest.check(event)["number"] == (1 if kept else 2)


def test_who_has_signed_in_may_be_silent_for_longer(event, alice):
    a_room(event=event, mode="paused", grace_seconds=300, grace_signed_in_seconds=900)
    (guest,) = crowd(event, 1)
    alice.check(event)

    pass_time(event, 600)
    tick()

    assert (guest.status(event)["joined"], alice.status(event)["joined"]) == (False, True)
    assert alice.status(event)["position"] == 0
    pass_time(event, 890)
    tick()
    assert alice.status(event)["number"] == 2  # each question was a sign of life
    pass_time(event, 910)
    tick()
    assert alice.status(event)["joined"] is False


def test_a_silent_person_at_the_head_holds_nobody_up(event, alice, bob):
    a_room(event=event, threshold=1, claim_seconds=60)
    alice.check(event)
    bob.check(event)

    tick()
    pass_time(event, 61)
    tick()

    assert bob.status(event)["state"] == "admitted"
    assert alice.status(event)["joined"] is False


def test_who_is_called_and_comes_in_time_stays_while_they_are_heard_of(event, alice):
    a_room(event=event, claim_seconds=60, idle_seconds=100)
    alice.check(event)
    tick()

    for _ in range(3):
        pass_time(event, 55)
        tick()
        assert alice.status(event)["state"] == "admitted"
    pass_time(event, 101)
    tick()

    assert alice.status(event)["state"] == "waiting"


# Leaving


def test_leaving_gives_the_place_up_and_others_move_up(event, alice, bob):
    a_room(event=event)
    alice.check(event)
    behind = bob.check(event)

    gone = alice.leave(event)

    assert (gone["state"], gone["joined"], gone["place"]) == ("waiting", False, None)
    assert behind["position"] == 1
    assert bob.status(event)["position"] == 0
    assert alice.check(event)["number"] == 3


def test_leaving_ends_the_admission_and_the_next_one_is_let_in(event, alice, bob):
    a_room(event=event, threshold=1)
    alice.check(event)
    bob.check(event)
    tick()
    admission = alice.status(event)["pass"]

    alice.leave(event)
    tick()

    assert refused(alice.hold(event.ticket_types.get())) == (403, "admission_required")
    again = alice.hold(event.ticket_types.get(), Admission_Pass=admission)
    assert refused(again) == (403, "admission_required")
    assert bob.status(event)["state"] == "admitted"


def test_leaving_twice_or_without_a_place_does_nothing(event, alice, bob):
    a_room(event=event)
    bob.check(event)
    before = line_of(event)

    turns = alice.leave(event), alice.leave(event), Asking().leave(event)

    assert [turn["joined"] for turn in turns] == [False] * 3
    assert line_of(event) == before


def test_by_leaving_a_browser_forgets_place_and_pass(event):
    a_room(event=event, threshold=1)
    inside, waiting = crowd(event, 2)
    tick()
    assert inside.status(event)["state"] == "admitted"
    assert inside.client.cookies[f"admission-{event.pk}"].value
    assert waiting.client.cookies[f"place-{event.pk}"].value

    inside.leave(event)
    waiting.leave(event)

    assert inside.client.cookies[f"admission-{event.pk}"].value == ""
    assert waiting.client.cookies[f"place-{event.pk}"].value == ""


# Guests and browsers


def test_a_guest_keeps_the_place_by_a_cookie(event):
    a_room(event=event)
    browser = Asking()

    first, again, other = browser.check(event), browser.check(event), Asking().check(event)

    assert (first["number"], again["number"], other["number"]) == (1, 1, 2)


def test_what_a_browser_keeps_is_out_of_reach_of_scripts(event):
    a_room(event=event, threshold=1)
    inside, waiting = crowd(event, 2)
    tick()
    inside.status(event)

    kept = [
        waiting.client.cookies["guest"],
        waiting.client.cookies[f"place-{event.pk}"],
        inside.client.cookies[f"admission-{event.pk}"],
    ]

    assert {(one["httponly"], one["samesite"]) for one in kept} == {(True, "Lax")}


def test_programs_are_sent_no_cookies(event, alice):
    a_room(event=event)
    alice.check(event)
    tick()
    alice.status(event)

    assert not alice.client.cookies


# Before the opening


def test_who_comes_early_holds_a_ticket_for_the_draw(event, alice, bob):
    room = a_room(event=event)
    opens_at = timezone.now() + timedelta(hours=1)
    configure_room(room_id=room.pk, changes={"opens_at": opens_at}, by=None)

    first, second = alice.check(event), bob.check(event)
    tick()

    for turn, ticket in ((first, 1), (second, 2)):
        assert (turn["state"], turn["early"], turn["reason"]) == ("waiting", True, "early")
        assert (turn["number"], turn["position"], turn["eta"]) == (ticket, None, None)
        assert turn["opens_at"] is not None
    assert alice.status(event)["state"] == "waiting"
    assert alice.check(event)["number"] == 1


def test_at_the_opening_all_who_came_early_draw_and_later_ones_queue_behind(event):
    room = a_room(event=event, mode="paused")
    opens_at = timezone.now() + timedelta(hours=1)
    configure_room(room_id=room.pk, changes={"opens_at": opens_at}, by=None)
    early = crowd(event, 8)
    over = timezone.now() - timedelta(seconds=1)
    configure_room(room_id=room.pk, changes={"opens_at": over}, by=None)

    (late,) = crowd(event, 1)
    tick()

    turns = [one.status(event) for one in early]
    assert sorted(turn["position"] for turn in turns) == list(range(8))
    assert not any(turn["early"] for turn in turns)
    assert late.status(event)["position"] == 8
    assert late.status(event)["number"] > max(turn["number"] for turn in turns)


def test_a_plain_client_without_a_body_joins_too(event, alice):
    a_room(event=event)

    answer = Client().generic("POST", f"/api/queue/check/{event.pk}", headers=alice.headers)

    assert answer.json()["number"] == 1
