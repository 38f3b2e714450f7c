"""Without PostgreSQL everybody gets a quick 503; when it is back, so are we, by ourselves."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.tokens import issue_access
from tests.security.serving import Answer, Line, Visitor, Web
from ticketing.models import Reservation, TicketType

LONGEST = 2.0  # seconds that a request may take

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def checkout(line: Line) -> Iterator[Web]:
    """A web process as `make up` starts it."""
    with Web(database=line.url()) as process:
        yield process


@pytest.fixture(params=["production", "checkout"])
def web(request: pytest.FixtureRequest) -> Web:
    process: Web = request.getfixturevalue(request.param)
    return process


@pytest.fixture
def as_alice(web: Web, alice: User) -> Visitor:
    """Alice's browser, which is signed in."""
    visitor = Visitor(web)
    visitor.sign_in(alice)
    return visitor


@pytest.fixture
def cut(line: Line, as_alice: Visitor) -> Iterator[None]:
    """Cut the line of a process that has used it."""
    assert as_alice.get("/").status == 200
    line.cut()
    yield
    line.mend()


def refused(answer: Answer, kind: str) -> bool:
    """Tell whether this is a quick and orderly 503."""
    assert (answer.status, answer.kind) == (503, kind), answer.content[:2000]
    assert answer.seconds < LONGEST
    assert answer.headers["Retry-After"] == "2"
    assert b"Traceback" not in answer.content
    return True


@pytest.mark.parametrize("path", ["/", "/reservations", "/accounts/", "/admin/"])
def test_a_signed_in_visitor_sees_a_page_that_says_so(
    cut: None, as_alice: Visitor, path: str
) -> None:
    assert refused(as_alice.get(path), "text/html")


def test_a_visitor_who_acts_sees_it_too(
    cut: None, as_alice: Visitor, confirmed: Reservation
) -> None:
    assert refused(as_alice.post(f"/reservations/{confirmed.pk}/cancel"), "text/html")
    assert refused(as_alice.post("/accounts/sign-out"), "text/html")


def test_so_does_one_who_is_lost(line: Line, production: Web, alice: User) -> None:
    lost = Visitor(production)
    lost.sign_in(alice)
    line.cut()
    try:
        answer = lost.get("/nowhere")
    finally:
        line.mend()

    assert refused(answer, "text/html")


def test_an_app_gets_a_problem(cut: None, web: Web, alice: User, stalls: TicketType) -> None:
    item = {"ticket_type": str(stalls.pk), "quantity": 2}
    wish = json.dumps({"event": str(stalls.event_id), "items": [item]})
    token = {"Authorization": f"Bearer {issue_access(alice.pk)}"}
    sent = {"Content-Type": "application/json"}
    known = json.dumps({"username": "alice", "password": "x"})

    answers = [
        web.ask("GET", "/api/events"),
        web.ask("GET", f"/api/events/{stalls.event_id}"),
        web.ask("GET", f"/api/live?topics=event.{stalls.event_id}"),
        web.ask("GET", "/api/auth/me", **token),
        web.ask("POST", "/api/auth/token", known, **sent),
        web.ask("POST", "/api/reservations", wish, **token, **sent),
    ]

    for answer in answers:
        assert refused(answer, "application/problem+json")
        assert answer.json()["code"] == "unavailable"


def test_readyz_says_what_is_gone_and_healthz_does_not_mind(cut: None, web: Web) -> None:
    ready = web.ask("GET", "/readyz")

    assert (ready.status, ready.json()["database"]["ok"], ready.json()["redis"]["ok"]) == (
        503,
        False,
        True,
    )
    assert web.ask("GET", "/healthz").status == 200


def test_the_first_request_after_its_return_is_answered(line: Line, as_alice: Visitor) -> None:
    paths = ["/", "/reservations", "/accounts/", "/api/events", "/api/auth/me"]

    for ask_meanwhile in (True, False):
        line.cut()
        if ask_meanwhile:
            assert [as_alice.get(path).status for path in paths] == [503] * len(paths)
        line.mend()

        assert [as_alice.get(path).status for path in paths] == [200] * len(paths)


def test_no_request_fails_when_postgresql_hangs_up_between_two() -> None:
    client = Client()
    assert client.get("/api/events").status_code == 200
    connection.ensure_connection()

    hang_up(connection.connection.info.backend_pid)

    assert client.get("/api/events").status_code == 200


def hang_up(backend: int) -> None:
    """Have PostgreSQL end the connection that `backend` serves, and wait until it has."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend]).fetchone() == (
            True,
        )
