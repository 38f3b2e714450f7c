"""Whatever is sent, to whichever address, the answer is a refusal with a code and no more."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.test import Client

from accounts.models import User
from core.api import LARGEST_BODY
from core.invariants import breaches, known
from tests.builders import PASSWORD, a_hold, a_seated_event, a_ticket_type, a_user, an_event
from ticketing.models import Reservation, TicketType
from ticketing.seating.samples import make_plain_hall

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = ["-1", "0", "1.5", "1e3", "9" * 18, "9" * 19, "9" * 5000, "٣", " 1", "+1", "NaN", "0x1"]
SENSELESS = ["\x00", "a\x00b", "\ufffe", "x" * 60_000, [], {}, 1e308, None, True]
FILES = "multipart/form-data; boundary=x"
BODIES = {
    "/api/auth/register": {
        "username": "dora",
        "password": "un7usual-words",
        "email": "",
        "name": "",
    },
    "/api/auth/token": {"username": "buyer", "password": PASSWORD},
    "/api/auth/token/refresh": {"refresh": "x"},
    "/api/auth/token/revoke": {"refresh": "x"},
    "/api/reservations": {"event": "{event}", "items": [{"ticket_type": "{type}", "quantity": 1}]},
    "/api/reservations/{hold}/confirm": {"payment": {"provider": "sandbox", "card": ""}},
    "/api/events/{hall}/selection/best": {
        "ticket_type": "{seated}",
        "quantity": 1,
        "split": False,
        "accessible": False,
    },
}
QUERIES = {
    "/api/events": ["search", "status", "cursor", "page_size"],
    "/api/reservations": ["cursor", "page_size"],
    "/api/live": ["topics", "format"],
    "/": ["search", "status", "cursor"],
    "/reservations": ["cursor"],
    "/events/{event}": ["quantity-{type}"],
    "/events/{hall}/seats": ["section", "row"],
    "/accounts/sign-in": ["next"],
    "/accounts/sign-up": ["next"],
}
FORMS = {
    "/events/{event}/hold": {"quantity-{type}": "1", "key": "once"},
    "/events/{hall}/seats/change": {
        "pick": "1F-1-1",
        "drop": "1F-1-2",
        "take": "1F-1-3",
        "around": "1F-1-4",
        "section": "1F",
        "row": "1",
    },
    "/events/{hall}/seats/best": {"ticket_type": "{seated}", "quantity": "1", "split": "on"},
    "/reservations/{hold}/confirm": {"card": "4242"},
    "/accounts/": {"name": "x", "email": "x@example.com", "emp_no": "1", "language": "ko"},
    "/accounts/password": {"old_password": "x", "new_password1": "y", "new_password2": "y"},
    "/accounts/password-reset": {"email": "x@example.com"},
    "/accounts/sign-up": {"username": "d", "password": "x", "email": "", "emp_no": "", "next": ""},
    "/accounts/sign-in": {"username": "buyer", "password": "x", "next": "/"},
    "/i18n/setlang/": {"language": "en", "next": "/"},
}


@pytest.fixture
def buyer() -> User:
    return a_user("buyer")


@pytest.fixture
def place(buyer: User) -> dict[str, str]:
    """What the braces of the addresses above stand for."""
    ticket_type = a_ticket_type(an_event(), capacity=100)
    hold = a_hold(buyer, {ticket_type: 1})
    hall = a_seated_event(make_plain_hall(14))
    return {
        "hall": str(hall.pk),
        "seated": str(hall.ticket_types.get().pk),
        "event": str(ticket_type.event_id),
        "type": str(ticket_type.pk),
        "hold": str(hold.id),
    }


@pytest.fixture
def visitor(buyer: User, settings: Any) -> Client:
    settings.THROTTLE = False
    client = Client(raise_request_exception=False)
    client.force_login(buyer)
    return client


@pytest.fixture(autouse=True)
def _audit(place: dict[str, str]) -> Iterator[None]:
    yield
    assert [breach for invariant in known() for breach in breaches(of=invariant)] == []


def filled(pattern: Any, place: dict[str, str]) -> Any:
    """Return `pattern` with its braces filled, however deep."""
    if isinstance(pattern, dict):
        return {filled(name, place): filled(text, place) for name, text in pattern.items()}
    if isinstance(pattern, list):
        return [filled(one, place) for one in pattern]
    if not isinstance(pattern, str):
        return pattern
    for name, text in place.items():
        pattern = pattern.replace(f"{{{name}}}", text)
    return pattern


def post(visitor: Client, path: str, body: Any, content_type: str = "application/json") -> Any:
    sent = body if isinstance(body, bytes) else orjson.dumps(body)
    return visitor.generic("POST", path, sent, content_type)


def is_problem(answer: Any) -> bool:
    return answer["Content-Type"] == "application/problem+json" and bool(answer.json()["code"])


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 1_000_000])
@pytest.mark.parametrize("path", [*BODIES, "/api/payments/sandbox/webhook"])
def test_a_body_that_is_too_large(
    visitor: Client, place: dict[str, str], path: str, size: int
) -> None:
    address = filled(path, place)

    answer = post(visitor, address, b'{"a": "' + b"x" * size + b'"}')

    if "webhook" in path and size < 512 * 1024:
        assert answer.status_code == 403  # small enough to look at its signature
    else:
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_too_large(visitor: Client, place: dict[str, str], path: str) -> None:
    answer = visitor.post(filled(path, place), {"key": "x" * 1_000_000})
    many = visitor.post(filled(path, place), {f"key-{n}": "" for n in range(2000)})

    assert (answer.status_code, many.status_code) == (413, 400)
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", BODIES)
def test_a_body_of_another_kind(visitor: Client, place: dict[str, str], path: str) -> None:
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", FILES, ""):
        answer = post(visitor, filled(path, place), filled(BODIES[path], place), kind)

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", BODIES)
def test_a_body_that_is_no_object(visitor: Client, place: dict[str, str], path: str) -> None:
    for body in (b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{" * 9000, b'{"\\ud800": 1}'):
        answer = post(visitor, filled(path, place), body)

        assert answer.status_code == 400, body
        assert is_problem(answer)


@pytest.mark.parametrize("path", BODIES)
def test_each_field_of_a_body(visitor: Client, place: dict[str, str], path: str) -> None:
    body = filled(BODIES[path], place)

    for broken in (copy for bad in SENSELESS for copy in broken_copies(body, bad)):
        answer = post(visitor, filled(path, place), broken)

        assert answer.status_code < 500, broken
        assert answer.status_code < 300 or is_problem(answer)
        assert answer.status_code >= 400 or path != "/api/reservations", broken


def broken_copies(body: Any, bad: Any) -> Iterator[Any]:
    """Yield `body` with each of its values replaced in turn."""
    places = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in places:
        for new in [bad, *(broken_copies(value, bad) if isinstance(value, dict | list) else [])]:
            copy = dict(body) if isinstance(body, dict) else list(body)
            copy[key] = new
            yield copy


@pytest.mark.parametrize("path", QUERIES)
def test_each_parameter_of_an_address(visitor: Client, place: dict[str, str], path: str) -> None:
    for bad in ("\x00", "a\x00b", "\ufffe", "x" * 5000, "ÿ'\"<script>", *NUMBERS):
        for name in QUERIES[path]:
            answer = visitor.get(filled(path, place), {filled(name, place): bad})

            assert answer.status_code < 500, (name, bad)
            if "html" in answer["Content-Type"]:
                assert "<script>" not in answer.content.decode()
            if path.startswith("/api/") and answer.status_code >= 400:
                assert is_problem(answer)


@pytest.mark.parametrize("path", FORMS)
def test_each_field_of_a_form(visitor: Client, place: dict[str, str], path: str) -> None:
    for bad in ("\x00", "a\x00b", "\ufffe", "x" * 20_000, *NUMBERS):
        for name in FORMS[path]:
            fields = filled({**FORMS[path], name: bad}, place)
            held = Reservation.objects.count()
            answer = visitor.post(filled(path, place), fields)

            assert answer.status_code < 500, (name, bad)
            if name.startswith("quantity") and bad.strip() != "1":
                assert (Reservation.objects.count(), answer.status_code) == (held, 400), bad


def test_each_id_of_an_address(visitor: Client, place: dict[str, str]) -> None:
    wish = filled({"quantity-{type}": "1", "key": "once"}, place)
    for ident in [*NUMBERS, "%00", "1%00", "%FF", "..", "'", "x" * 3000]:
        pages = [
            *(visitor.get(f"{path}{ident}") for path in ("/events/", "/reservations/")),
            visitor.get(f"/events/{ident}/seats"),
            visitor.post(f"/events/{ident}/hold", wish),
            visitor.post(f"/events/{ident}/seats/change", {"pick": "1F-1-1"}),
            visitor.post(f"/reservations/{ident}/cancel"),
        ]
        steps = [f"/api/reservations/{ident}/{step}" for step in ("confirm", "cancel")]
        api = [
            *(
                visitor.get(f"/api/{path}/{ident}")
                for path in ("events", "reservations", "layouts")
            ),
            *(visitor.get(f"/api/events/{ident}/{part}") for part in ("seats", "selection")),
            visitor.put(f"/api/events/{place['hall']}/selection/seats/{ident}"),
            visitor.delete(f"/api/events/{place['hall']}/selection/seats/{ident}"),
            *(post(visitor, step, {}) for step in steps),
            post(visitor, f"/api/payments/{ident}/webhook", {}),
            visitor.get(f"/api/live?topics=event.{ident}"),
        ]

        assert {answer.status_code for answer in pages} == {404}, ident
        assert {answer.status_code for answer in api} <= {400, 404, 405}, ident
        assert all(is_problem(answer) for answer in api)


def test_what_is_refused_changes_nothing(visitor: Client, place: dict[str, str]) -> None:
    before = list(TicketType.objects.values())
    other = a_ticket_type(an_event(), capacity=5)
    elsewhere = {"event": place["event"], "items": [{"ticket_type": str(other.pk), "quantity": 1}]}

    refused = post(visitor, "/api/reservations", elsewhere)
    page = visitor.post(f"/events/{place['event']}/hold", {f"quantity-{other.pk}": "1"})

    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_ticket_type")
    assert page.status_code == 404
    assert list(TicketType.objects.exclude(pk=other.pk).values()) == before
