"""Another site's page can make a browser send forms, but nothing comes of it."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD, a_hold
from tests.security.routes import all_routes, fill, pages
from ticketing.models import Reservation, TicketType

pytestmark = pytest.mark.django_db(transaction=True)

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
OPEN_DOORS = {  # a cookie means nothing there
    "api/auth/register",
    "api/auth/token",
    "api/auth/token/refresh",
    "api/auth/token/revoke",
    "api/payments/<str:provider>/webhook",
}


@pytest.fixture
def visitor(alice: User) -> Client:
    """Alice's visitor, which another site's page makes use of."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def address(route: str, reservation: Reservation) -> str:
    known = {"event": reservation.event_id, "event_id": reservation.event_id}
    known |= {"reservation": reservation.pk, "reservation_id": reservation.pk}
    anything = ("object_id", "id", "content_type_id", "queue_index", "scheduler_index")
    names = ("connection_index", "job_id", "result_id", "key", "scheduler_name", "cron_job_name")
    others = ("uidb64", "token", "app_label", "url", "path", "provider", "seat")
    others += ("ticket_type", "version", "tool", "round", "place", "menu", "date", "comment")
    others += ("round_id", "comment_id", "kind", "target")
    return fill(route, **{**dict.fromkeys((*anything, *names, *others), "1"), **known})


@pytest.mark.parametrize("method", UNSAFE)
def test_no_page_takes_a_form_without_its_token(
    visitor: Client, confirmed: Reservation, method: str
) -> None:
    before = Reservation.objects.values().get()

    answers = {
        route: visitor.generic(method, address(route, confirmed)).status_code
        for route in pages()
        if route != "^(?!admin$)"
    }

    assert {route: code for route, code in answers.items() if code not in {403, 405}} == {}
    assert Reservation.objects.values().get() == before


def test_no_api_takes_a_session_without_its_token(visitor: Client, confirmed: Reservation) -> None:
    asked = {"api/auth/me", "api/live/ticket"}
    routes = [r for r in all_routes() if r.startswith("api/") and r not in OPEN_DOORS]

    answers = {
        route: visitor.post(address(route, confirmed), {}, content_type="application/json")
        for route in routes
    }

    codes = {route: answer.status_code for route, answer in answers.items()}
    assert {route: code for route, code in codes.items() if code not in {403, 405}} == {}
    assert asked <= set(codes)
    confirmed.refresh_from_db()
    assert confirmed.status == "confirmed"


def test_a_form_with_its_token_is_taken(visitor: Client, alice: User, stalls: TicketType) -> None:
    home = f"/reservations/{a_hold(alice, {stalls: 1}).id}"
    visitor.get(home)
    token = visitor.cookies[settings.CSRF_COOKIE_NAME].value

    answer = visitor.post(f"{home}/cancel", {"csrfmiddlewaretoken": token})

    assert answer.status_code == 302
    assert Reservation.objects.get().status == "cancelled"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.com"])
def test_nobody_is_led_to_another_site(client: Client, alice: User, elsewhere: str) -> None:
    named = {"username": "alice", "password": PASSWORD, "next": elsewhere}

    answers = [
        client.post("/i18n/setlang/", {"language": "en", "next": elsewhere}),
        client.post("/accounts/sign-in", named),
        client.get("/accounts/sign-in", {"next": elsewhere}),
        client.post("/accounts/sign-out", {"next": elsewhere}),
        client.post(
            "/accounts/sign-up",
            {"username": "dora", "password": "un7usual-words", "language": "ko", "next": elsewhere},
        ),
    ]

    assert [answer.status_code for answer in answers] == [302] * 5
    for answer in answers:
        assert answer["Location"].startswith("/")
        assert "evil" not in answer["Location"]


@pytest.mark.parametrize("referer", ["https://evil.example/x", "javascript:alert(1)", "data:,x"])
def test_no_page_links_back_to_another_site(client: Client, referer: str) -> None:
    answer = client.get("/events/0", headers={"Referer": referer})

    assert answer.status_code == 404
    assert referer not in answer.content.decode()
