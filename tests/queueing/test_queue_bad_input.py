"""Whatever is sent to a line, the answer is a refusal with a code, and the line stays as it was."""

from contextlib import suppress
from itertools import product

import pytest

from core.api import LARGEST_BODY
from core.errors import SlowDown
from core.throttle import spend
from queueing.errors import PlaceRefused
from queueing.line import LineAway
from queueing.people import new_guest, person_of_user, sign_guest
from queueing.services.lining_up import GUESTS, QUESTIONS
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import Asking, line_of, program, refused
from tests.queueing.rooms import a_room

pytestmark = pytest.mark.django_db(transaction=True)

VIEWS = ["queue/check", "queue/leave", "queue/status"]
POSTS = VIEWS[:2]
IDS = ["0", "-1", "1.5", "1e3", "9" * 18, "9" * 19, "9" * 5000, "٣", "%201", "+1", "NaN", "0x1"]
IDS += ["%00", "a%00b", "%F0%9F%8E%AB", "null", "1%20OR%201=1"]
BODIES = [
    b"{",
    b"[]",
    b'"x"',
    b"7",
    b"null",
    b"\x00",
    b"\xff\xfe",
    b'{"place": "\\ud800"}',
    b"[" * 9000,
]
SENSELESS = [None, 7, 1.5, True, [], {}, ["x"], "\x00", "x" * 60_000, "🎫", "a.b.c:d"]
AWAY = "redis://127.0.0.1:1/0"


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    a_room(event=event)
    return event


@pytest.fixture
def alice():
    return program(a_user("alice"))


def method_of(view):
    return "GET" if view == "queue/status" else "POST"


@pytest.mark.parametrize("view", VIEWS)
def test_no_such_event(view, alice):
    for number, person in product(IDS, (alice, Asking())):
        answer = person.ask(method_of(view), f"{view}/{number}")

        assert refused(answer) == (404, "no_such_event")
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("view", VIEWS)
def test_an_event_that_is_not_public_has_no_line(view, alice):
    hidden = an_event(published=False)
    a_room(event=hidden)

    assert refused(alice.ask(method_of(view), f"{view}/{hidden.pk}")) == (404, "no_such_event")
    assert line_of(hidden)["line"] == []


@pytest.mark.parametrize("view", POSTS)
def test_what_is_no_object_is_refused(event, alice, view):
    for body in BODIES:
        answer = alice.ask("POST", f"{view}/{event.pk}", body)
        assert refused(answer) == (400, "invalid")

    assert line_of(event)["line"] == []


@pytest.mark.parametrize("name", ["place", "pass", "person", "number"])
def test_senseless_values_are_as_good_as_none(event, alice, name):
    alice.check(event)
    before = line_of(event)

    turns = [alice.check(event, **{name: value}) for value in SENSELESS]

    assert {(turn["state"], turn["number"]) for turn in turns} == {("waiting", 1)}
    assert line_of(event) == before


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 1_000_000, 5_000_000])
def test_a_book_is_refused(event, alice, size):
    answer = alice.ask("POST", f"queue/check/{event.pk}", b'{"place":"' + b"x" * size + b'"}')

    assert answer.status_code == 413
    assert line_of(event)["line"] == []


def test_other_content_is_refused(event, alice):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = alice.client.generic(
            "POST",
            f"/api/queue/check/{event.pk}",
            b"place=x",
            content_type=kind,
            headers=alice.headers,
        )
        assert refused(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("view", VIEWS)
def test_there_is_one_method_for_each(event, alice, view):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"} - {method_of(view)}:
        answer = alice.ask(method, f"{view}/{event.pk}")
        assert refused(answer) == (405, "method_not_allowed")

    assert line_of(event)["line"] == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_asking_what_one_may_ask_changes_nothing(event, alice, view, method):
    answer = alice.ask(method, f"{view}/{event.pk}")

    assert answer.status_code in {200, 405}
    assert line_of(event)["line"] == []


def test_bad_credentials_are_no_guest(event):
    for word in ("Bearer", "Bearer x", "Bearer \x00", "Bearer " + "x" * 5000):
        stranger = Asking()
        stranger.headers = {"Authorization": word}

        assert stranger.ask("POST", f"queue/check/{event.pk}").status_code == 401
        assert stranger.ask("GET", f"queue/status/{event.pk}").status_code == 401
    assert line_of(event)["line"] == []


def test_a_browser_that_is_signed_in_needs_its_csrf_token_to_join_and_to_leave(event):
    browser = Asking(a_user("alice"))
    browser.client.handler.enforce_csrf_checks = True

    for view in POSTS:
        assert refused(browser.ask("POST", f"{view}/{event.pk}")) == (403, "forbidden")
    assert browser.status(event)["joined"] is False
    assert line_of(event)["line"] == []


@pytest.mark.parametrize("cookie", ["guest", "place-{}", "admission-{}"])
def test_senseless_cookies_are_as_good_as_none(event, cookie):
    for value in ("x", "a.b.c.d.e:f", "\xe9", "x" * 4000, '"', "u1", "\\000"):
        stranger = Asking()
        stranger.client.cookies[cookie.format(event.pk)] = value

        assert stranger.status(event)["joined"] is False
        assert stranger.check(event)["state"] == "waiting"


# Limits


def used_up(limit, *who):
    """Have somebody done all that a limit allows."""
    with suppress(SlowDown):
        for _ in range(limit.times):
            spend(limit.key(*who))


def slowed_down(answer):
    status, code = refused(answer)
    assert (status, code) == (429, "slow_down")
    assert 1 <= int(answer["Retry-After"]) <= 60
    return True


def test_who_asks_at_no_humans_pace_is_slowed_down(event, alice, settings):
    settings.THROTTLE = True
    alice.check(event)

    answers = [alice.ask("GET", f"queue/status/{event.pk}") for _ in range(QUESTIONS.times)]

    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert slowed_down(answers[-1])
    assert slowed_down(alice.ask("POST", f"queue/check/{event.pk}"))
    bob = program(a_user("bob"))
    assert bob.check(event)["number"] == 2


def test_an_address_of_which_ever_more_guests_come_is_slowed_down(event):
    used_up(GUESTS, "198.51.100.7")
    before = line_of(event)

    newcomer = Asking(address="198.51.100.7")

    assert slowed_down(newcomer.ask("POST", f"queue/check/{event.pk}"))
    assert line_of(event) == before
    assert Asking(address="198.51.100.8").check(event)["number"] == 1


def test_of_an_address_that_is_slowed_down_those_who_wait_go_on(event):
    waiting = Asking(address="198.51.100.7")
    member = program(a_user("alice"))
    waiting.check(event)
    used_up(GUESTS, "198.51.100.7")

    assert waiting.status(event)["number"] == waiting.check(event)["number"] == 1
    member.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert member.check(event)["number"] == 2


def test_nobody_gets_round_the_limit_of_guests(event):
    used_up(GUESTS, "198.51.100.7")
    stranger = Asking(address="198.51.100.7")
    other = an_event()  # without a line: the door is open, and nobody is counted
    stranger.check(other)
    elsewhere = Asking()
    place = elsewhere.check(event)["place"]

    for proof in ("x", "1.2.3.4.5:6", place):
        assert slowed_down(stranger.ask("POST", f"queue/check/{event.pk}", {"place": proof}))
        assert slowed_down(stranger.ask("POST", f"queue/check/{event.pk}", {"pass": proof}))
        stranger.client.cookies["guest"] = sign_guest(new_guest())
        stranger.client.cookies[f"place-{event.pk}"] = proof
        assert slowed_down(stranger.ask("POST", f"queue/check/{event.pk}"))

    assert len(line_of(event)["line"]) == 1


# What is gone


@pytest.mark.parametrize("view", VIEWS)
def test_without_redis_the_answer_is_a_quick_503(event, alice, settings, view):
    settings.REDIS_URL = AWAY

    for person in (alice, Asking(), Asking(alice.user)):
        answer = person.ask(method_of(view), f"{view}/{event.pk}")

        assert refused(answer) == (LineAway.status, "line_away")
        assert answer["Retry-After"]
        assert answer["Content-Type"] == "application/problem+json"


def test_reasons_of_refused_proofs_are_no_secrets_to_guess_by(event, alice):
    """What a proof was refused for is nobody's business: the answer is the same as without it."""
    texts = ["x", sign_guest(person_of_user(alice.user.pk)), "7.u1.1.1.0:x"]

    turns = [alice.check(event, place=text) for text in texts]
    for turn in turns:
        for name in ("server_time", "poll_after"):
            del turn[name]

    assert turns[0] == turns[1] == turns[2]
    assert PlaceRefused.code not in str(turns)


def test_a_crowd_that_asks_costs_few_queries(event, alice, django_assert_max_num_queries):
    alice.check(event)

    with django_assert_max_num_queries(6):  # and not 20: rooms and stocks are remembered
        for _ in range(10):
            alice.status(event)
