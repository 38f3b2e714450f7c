"""The admission pass reaches the sale guards, whichever way one buys."""

import uuid
from collections.abc import Iterator

import orjson
import pytest
from django.test import Client

from accounts.models import User
from tests.api_client import Api
from tests.builders import PASSWORD, a_seated_event, a_ticket_type, a_user, an_event
from ticketing.guards import SALE_GUARDS, Attempt
from ticketing.models import Event, Reservation, TicketType
from ticketing.passes import cookie_of, pass_for_event, pass_for_reservation
from ticketing.seating.samples import make_plain_hall
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.recommending import choose_best

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "hold": ("/events/{event}/hold", {"quantity-{floor}": "1", "key": "k"}),
    "change": ("/events/{event}/seats/change", {"pick": "1F-1-1"}),
    "best": ("/events/{event}/seats/best", {"ticket_type": "{stalls}", "quantity": "2"}),
    "standing": ("/events/{event}/seats/standing", {"quantity-{floor}": "1"}),
}
API = {
    "items": (
        "POST /api/reservations",
        {"event": "{event}", "items": [{"ticket_type": "{floor}", "quantity": 1}]},
    ),
    "seats": ("POST /api/reservations", {"event": "{event}", "seats": ["1F-1-1"]}),
    "best_available": (
        "POST /api/reservations",
        {"event": "{event}", "best_available": {"ticket_type": "{stalls}", "quantity": 2}},
    ),
    "pick": ("PUT /api/events/{event}/selection/seats/1F-1-1", None),
    "stand": ("PUT /api/events/{event}/selection/items/{floor}", {"quantity": 1}),
    "best": ("POST /api/events/{event}/selection/best", {"ticket_type": "{stalls}", "quantity": 2}),
}


@pytest.fixture
def asked() -> Iterator[list[Attempt]]:
    """What the guards were asked."""
    attempts: list[Attempt] = []
    SALE_GUARDS.append(attempts.append)
    yield attempts
    SALE_GUARDS.remove(attempts.append)


@pytest.fixture
def show(db: None) -> Event:
    return a_seated_event(make_plain_hall(14))


@pytest.fixture
def place(show: Event) -> dict[str, str]:
    """What the braces stand for."""
    stalls = TicketType.objects.get(event=show)
    floor = a_ticket_type(show, name="Floor", capacity=10)
    return {"{event}": str(show.pk), "{stalls}": str(stalls.pk), "{floor}": str(floor.pk)}


@pytest.fixture
def pages(client: Client, alice: User, show: Event) -> Client:
    """Alice's browser, let in to two events."""
    client.login(username="alice", password=PASSWORD)
    client.cookies[cookie_of(show.pk)] = "hers"
    client.cookies[cookie_of(show.pk + 1)] = "another"
    return client


def fill(pattern: str, place: dict[str, str]) -> str:
    for brace, text in place.items():
        pattern = pattern.replace(brace, text)
    return pattern


def call(api: Api, which: str, place: dict[str, str], **headers: str):
    way, body = API[which]
    method, path = fill(way, place).split(" /api/")
    sent = fill(orjson.dumps(body).decode(), place) if body else None
    return api.ask(method, path, sent, **headers)


@pytest.mark.parametrize("page", PAGES)
def test_pages_hand_on_the_cookie_of_the_event(pages, alice, show, place, asked, page) -> None:
    path, form = PAGES[page]
    fields = {fill(name, place): fill(value, place) for name, value in form.items()}

    answer = pages.post(fill(path, place), fields)

    assert answer.status_code == 302
    assert asked == [Attempt("hold", show.pk, alice.pk, "hers")]


@pytest.mark.parametrize("which", API)
def test_programs_send_a_header(as_alice, alice, show, place, asked, which) -> None:
    answer = call(as_alice, which, place, Admission_Pass="sent")

    assert answer.status_code in {200, 201}
    assert asked == [Attempt("hold", show.pk, alice.pk, "sent")]


@pytest.mark.parametrize("which", API)
def test_scripts_of_pages_bring_the_cookie(pages, alice, show, place, asked, which) -> None:
    by_script = Api()
    by_script.client = pages

    answer = call(by_script, which, place)

    assert answer.status_code in {200, 201}
    assert asked == [Attempt("hold", show.pk, alice.pk, "hers")]


def test_paying_hands_on_the_pass_of_the_event(pages, alice, show, asked) -> None:
    made = change_selection(Wish(alice.pk, show.pk, picks=["1F-1-1"]))
    other = an_event()
    assert other.pk == show.pk + 1
    a_ticket_type(other)
    asked.clear()
    declined = {"payment": {"provider": "sandbox", "card": "4000000000000002"}}
    api = f"/api/reservations/{made.id}/confirm"
    header = {"Admission-Pass": "sent"}

    pages.post(api, declined, content_type="application/json", headers=header)
    pages.post(api, declined, content_type="application/json")
    pages.post(f"/reservations/{made.id}/confirm", {"card": "4242424242424242"})

    assert [one.admission_pass for one in asked] == ["sent", "hers", "hers"]
    assert {(one.step, one.event_id) for one in asked} == {("confirm", show.pk)}
    assert Reservation.objects.get(pk=made.id).status == "confirmed"


def test_without_a_pass_there_is_none_and_no_query_for_it(rf, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert pass_for_reservation(rf.post("/"), uuid.uuid4()) is None
        assert pass_for_event(rf.post("/"), 7) is None


def test_the_best_seats_are_looked_for_once_one_is_let_in(alice, show, asked) -> None:
    bob = a_user("bob")
    stalls = TicketType.objects.get(event=show)

    with pytest.raises(ZeroDivisionError):
        SALE_GUARDS.append(lambda attempt: 1 // 0)
        try:
            choose_best(Wish(bob.pk, show.pk), ticket_type_id=stalls.pk, quantity=99)
        finally:
            SALE_GUARDS.pop()

    assert len(asked) == 1
