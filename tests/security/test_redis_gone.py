"""With Redis dead, or alive and silent, people still sign in, buy and cancel, at once."""

import json
import re
import socket
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import User
from tests.builders import PASSWORD
from tests.security.serving import Answer, Visitor, Web, database_url
from tests.stack import free_port
from ticketing.models import Reservation, TicketType

LONGEST = 3.0  # seconds that a request may take

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", params=["dead", "silent"])
def web(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[Web]:
    """A web process whose Redis refuses every connection, or takes it and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(500)
        silent = listener.getsockname()[1]
        port = silent if request.param == "silent" else free_port()
        with Web(database=database_url(), redis=f"redis://127.0.0.1:{port}/0") as process:
            yield process


@pytest.fixture
def alice(alice: User) -> User:
    """Alice, whose password the real settings can check; the tests' own take a quick hasher."""
    alice.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 8)
    alice.save(update_fields=["password"])
    return alice


def in_time(answer: Answer, status: int) -> Answer:
    assert (answer.status, answer.seconds < LONGEST) == (status, True), (
        f"{answer.status} after {answer.seconds:.1f} s: {answer.content[:500]!r}"
    )
    return answer


def test_people_buy_by_api(web: Web, alice: User, stalls: TicketType) -> None:
    def post(path: str, body: object = None, **headers: str) -> Answer:
        headers["Content-Type"] = "application/json"
        return web.ask("POST", f"/api/{path}", json.dumps(body or {}), **headers)

    item = {"ticket_type": str(stalls.pk), "quantity": 2}
    wish = {"event": str(stalls.event_id), "items": [item]}
    card = {"payment": {"provider": "sandbox"}}

    said = in_time(post("auth/token", {"username": "alice", "password": PASSWORD}), 200).json()
    token = {"Authorization": f"Bearer {said['access']}"}
    held = in_time(post("reservations", wish, **token), 201).json()
    bought = in_time(post(f"reservations/{held['id']}/confirm", card, **token), 200).json()
    in_time(post(f"reservations/{held['id']}/cancel", **token), 200)
    in_time(web.ask("GET", f"/api/live?topics=event.{stalls.event_id}"), 200)
    in_time(post("live/ticket", **token), 503)
    in_time(post("auth/register", {"username": "dora", "password": "un7usual-words"}), 201)

    assert len(bought["tickets"]) == 2


def test_people_buy_by_page(web: Web, alice: User, stalls: TicketType) -> None:
    visitor = Visitor(web)
    event = f"/events/{stalls.event_id}"

    in_time(visitor.get("/accounts/sign-in"), 200)
    in_time(visitor.post("/accounts/sign-in", username="alice", password=PASSWORD), 302)
    in_time(visitor.get(event), 200)
    wish = {f"quantity-{stalls.pk}": "2", "key": "once"}
    home = in_time(visitor.post(f"{event}/hold", **wish), 302).headers["Location"]
    in_time(visitor.get(home), 200)
    in_time(visitor.post(f"{home}/confirm", card=""), 302)
    tickets = in_time(visitor.get(f"{home}/tickets"), 200)
    in_time(visitor.post(f"{home}/cancel"), 302)
    in_time(visitor.get("/accounts/"), 200)
    in_time(visitor.post("/accounts/password-reset", email="alice@example.com"), 302)
    in_time(visitor.post("/accounts/sign-out"), 302)

    assert len(re.findall(rb"<svg", tickets.content)) >= 2
    assert Reservation.objects.get().status == "cancelled"


def test_readyz_says_what_is_gone_and_healthz_does_not_mind(web: Web) -> None:
    ready = in_time(web.ask("GET", "/readyz"), 503).json()
    in_time(web.ask("GET", "/healthz"), 200)

    assert (ready["status"], ready["redis"]["ok"], ready["database"]["ok"]) == (
        "unready",
        False,
        True,
    )
