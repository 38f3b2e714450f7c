"""Who is one person: however many tabs, devices and ways to sign in they have."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from queueing.jobs import tick
from queueing.line import Line, State
from queueing.people import person_of_user
from queueing.services.steering import configure_room
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import Asking, line_of, pass_time, program, refused
from tests.queueing.rooms import a_room

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 10


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    return event


@pytest.fixture
def alice():
    return a_user("alice")


def at_once(steps):
    """Take all steps at the same time; return what they came to."""

    def take(step):
        try:
            return step()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(take, steps))


def sign_in(browser, user):
    """Sign in, in the browser that somebody used as a guest."""
    browser.client.force_login(user)
    browser.user = user


def standing(event, user):
    return Line(event.pk).look(person_of_user(user.pk))


@pytest.mark.race
def test_ten_tabs_and_two_devices_have_one_place(event, alice):
    a_room(event=event)
    Asking().check(event)
    laptop, phone = Asking(alice), program(alice)

    turns = at_once([lambda: laptop.check(event)] * TABS + [lambda: phone.check(event)] * TABS)
    turns += [laptop.check(event), phone.check(event)]

    assert {turn["number"] for turn in turns} == {2}
    assert {turn["position"] for turn in turns} == {1}
    assert len(line_of(event)["line"]) == 2


@pytest.mark.race
def test_ten_tabs_are_let_in_once(event, alice):
    a_room(event=event, mode="automatic", threshold=3)
    laptop, phone = Asking(alice), program(alice)

    turns = at_once([lambda: laptop.check(event)] * TABS + [lambda: phone.check(event)] * TABS)

    assert {turn["state"] for turn in turns} == {"admitted"}
    assert max(turn["active"] for turn in turns) == 1
    assert Line(event.pk).room().joined == 1


def test_leaving_in_one_tab_is_leaving_in_all(event, alice):
    a_room(event=event)
    laptop, phone = Asking(alice), program(alice)
    laptop.check(event)
    assert phone.status(event)["joined"]

    laptop.leave(event)

    assert phone.status(event)["joined"] is False


def test_an_account_is_the_same_by_token_and_by_session(event, alice):
    a_room(event=event)
    both = Asking(alice)
    both.headers = program(alice).headers

    numbers = [one.check(event)["number"] for one in (program(alice), Asking(alice), both)]

    assert numbers == [1, 1, 1]


def test_the_token_says_who_asks_where_the_session_says_another(event, alice):
    a_room(event=event)
    bob = a_user("bob")
    mixed = Asking(alice)
    mixed.headers = program(bob).headers

    mixed.check(event)

    assert standing(event, bob).state == State.WAITING
    assert standing(event, alice).state == State.ABSENT


def test_two_accounts_in_one_browser_are_two_people(event, alice):
    a_room(event=event)
    browser = Asking(alice)
    first = browser.check(event)["number"]

    sign_in(browser, a_user("bob"))
    second = browser.check(event)["number"]
    sign_in(browser, alice)

    assert (first, second, browser.check(event)["number"]) == (1, 2, 1)


# Guests who sign in


@pytest.mark.parametrize("ask", [Asking.check, Asking.status])
def test_a_guest_who_signs_in_takes_the_place_along(event, alice, ask):
    a_room(event=event)
    browser = Asking()
    browser.check(event)
    Asking().check(event)

    sign_in(browser, alice)
    turn = ask(browser, event)

    assert (turn["number"], turn["position"]) == (1, 0)
    assert turn["place"].startswith(f"{event.pk}.u{alice.pk}.1.")
    assert program(alice).check(event)["number"] == 1
    assert len(line_of(event)["line"]) == 2
    assert browser.client.cookies["guest"].value == ""


def test_of_two_places_the_better_is_kept(event, alice):
    a_room(event=event)
    before = Asking()
    before.check(event)
    program(alice).check(event)
    after = Asking()
    after.check(event)

    sign_in(after, alice)
    kept = after.status(event)["number"]
    sign_in(before, alice)
    better = before.status(event)["number"]

    assert (kept, better) == (2, 1)
    assert [number for _, number in line_of(event)["line"]] == [1]


def test_a_guest_who_was_let_in_is_in_as_a_user(event, alice):
    a_room(event=event, threshold=1)
    browser = Asking()
    browser.check(event)
    tick()
    assert browser.status(event)["state"] == "admitted"
    old = browser.client.cookies[f"admission-{event.pk}"].value

    sign_in(browser, alice)
    turn = browser.status(event)

    assert (turn["state"], turn["active"]) == ("admitted", 1)
    assert browser.hold(event.ticket_types.get()).status_code == 201
    borrowed = Asking()
    borrowed.client.cookies["guest"] = browser.client.cookies["guest"].value
    assert borrowed.status(event, Admission_Pass=old)["state"] == "waiting"


def test_a_guest_who_signs_in_after_a_loss_has_the_place_still(event, alice, redis):
    a_room(event=event)
    first, browser = Asking(), Asking()
    first.check(event)
    browser.check(event)
    redis.flushdb()

    sign_in(browser, alice)
    turn = browser.check(event)

    assert turn["number"] == 2
    assert first.check(event)["position"] == 0


def test_a_guest_who_waits_in_two_lines_takes_both_places_along(event, alice):
    other = an_event()
    a_room(event=event)
    a_room(event=other)
    browser = Asking()
    browser.check(event)
    browser.check(other)
    Asking().check(other)

    sign_in(browser, alice)
    turns = browser.status(event), browser.status(other)

    assert [turn["number"] for turn in turns] == [1, 1]
    assert program(alice).status(other)["number"] == 1


def test_the_place_of_a_guest_who_has_become_somebody_is_no_second_one(event, alice, redis):
    a_room(event=event)
    browser = Asking()
    place = browser.check(event)["place"]
    guest = browser.client.cookies["guest"].value
    sign_in(browser, alice)
    browser.check(event)

    copy = Asking()
    copy.client.cookies["guest"] = guest
    turn = copy.check(event, place=place)

    assert turn["number"] == 2
    assert standing(event, alice).number == 1


def test_who_leaves_leaves_as_the_guest_they_were_too(event, alice):
    a_room(event=event)
    browser = Asking()
    browser.check(event)
    guest = browser.client.cookies["guest"].value

    sign_in(browser, alice)
    browser.leave(event)

    assert line_of(event)["line"] == []
    again = Asking()
    again.client.cookies["guest"] = guest
    assert again.status(event)["joined"] is False


# Where guests may not wait


def test_where_guests_may_not_wait_they_are_asked_to_sign_in(event, alice):
    a_room(event=event, guests_allowed=False)
    browser = Asking()

    answer = browser.ask("POST", f"queue/check/{event.pk}")
    asked = browser.status(event)
    page = browser.client.post(f"/events/{event.pk}/line")
    sign_in(browser, alice)

    assert refused(answer) == (401, "not_signed_in")
    assert (asked["state"], asked["joined"]) == ("waiting", False)
    assert (page.status_code, page["Location"].split("?")[0]) == (302, "/accounts/sign-in")
    assert line_of(event)["line"] == []
    assert browser.check(event)["number"] == 1


def test_guests_who_wait_already_may_not_join_again(event):
    room = a_room(event=event, grace_seconds=60)
    browser = Asking()
    browser.check(event)
    configure_room(room_id=room.pk, changes={"guests_allowed": False}, by=None)

    assert browser.status(event)["number"] == 1
    pass_time(event, 61)
    tick()
    assert browser.status(event)["joined"] is False
    assert refused(browser.ask("POST", f"queue/check/{event.pk}")) == (401, "not_signed_in")
