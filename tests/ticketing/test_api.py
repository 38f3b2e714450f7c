from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue_access
from tests.builders import (
    DECLINED,
    SILENT,
    a_hold,
    a_ticket_type,
    an_event,
    let_expire,
    pay,
)
from ticketing.models import Event, Reservation, TicketType
from ticketing.payments import sandbox

pytestmark = pytest.mark.django_db(transaction=True)


class Api:
    """The REST API as one person sees it."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {issue_access(user.pk)}"} if user else {}

    def get(self, path: str, **query: Any):
        return self.client.get(f"/api/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/{path}",
            body if isinstance(body, str | bytes) else body or {},
            content_type="application/json",
            headers={**self.headers, **named},
        )


@pytest.fixture
def as_alice(alice: User) -> Api:
    return Api(alice)


def wish(ticket_type: TicketType, quantity: Any = 1) -> dict[str, Any]:
    item = {"ticket_type": str(ticket_type.pk), "quantity": quantity}
    return {"event": str(ticket_type.event_id), "items": [item]}


def test_a_sale_from_list_to_ticket(as_alice: Api, concert: Event, stalls: TicketType) -> None:
    (listed,) = as_alice.get("events").json()["results"]
    detail = as_alice.get(f"events/{listed['id']}").json()
    (offered,) = detail["ticket_types"]
    held = as_alice.post("reservations", wish(stalls, 2), Idempotency_Key="k")
    confirmed = as_alice.post(
        f"reservations/{held.json()['id']}/confirm", {"payment": {"provider": "sandbox"}}
    )
    cancelled = as_alice.post(f"reservations/{held.json()['id']}/cancel")

    assert (listed["status"], offered["available"], offered["currency"]) == ("on_sale", 3, "KRW")
    assert detail["server_time"].endswith("Z")
    assert (held.status_code, held.json()["status"], held.json()["total"]) == (201, "held", 198_000)
    assert held["Location"] == f"/api/reservations/{held.json()['id']}"
    assert (confirmed.status_code, len(confirmed.json()["tickets"])) == (200, 2)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")


def test_the_token_of_a_deactivated_user_opens_nothing(
    as_alice: Api, alice: User, stalls: TicketType
) -> None:
    mine = f"reservations/{a_hold(alice, {stalls: 1}).id}"
    User.objects.filter(pk=alice.pk).update(is_active=False)

    refused = [
        as_alice.get("reservations"),
        as_alice.get(mine),
        as_alice.post("reservations", wish(stalls)),
        as_alice.post(f"{mine}/confirm", {"payment": {"provider": "sandbox"}}),
        as_alice.post(f"{mine}/cancel"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {
        (401, "invalid_token")
    }
    assert Reservation.objects.get().status == "held"


def test_the_same_key_gets_the_same_bytes(as_alice: Api, stalls: TicketType) -> None:
    first = as_alice.post("reservations", wish(stalls), Idempotency_Key="k")
    again = as_alice.post("reservations", wish(stalls), Idempotency_Key="k")
    other = as_alice.post("reservations", wish(stalls, 2), Idempotency_Key="k")

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_trailing_slash_makes_no_difference(as_alice: Api, stalls: TicketType) -> None:
    assert as_alice.get("events/").json() == as_alice.get("events").json()
    assert as_alice.post("reservations/", wish(stalls)).status_code == 201


@pytest.mark.parametrize(
    "body, status, code",
    [
        ("{", 400, "invalid"),
        ("[]", 400, "invalid"),
        ("null", 400, "invalid"),
        ('{"event": 1}', 400, "invalid"),
        ('{"event": "x", "items": []}', 404, "no_such_event"),
        ('{"event": "999999", "items": [{"ticket_type": "1", "quantity": 1}]}', 404, None),
        ('{"event": "9\\u0000", "items": []}', 404, "no_such_event"),
        ("{" + '"a":{' * 5000 + "}" * 5001, 400, "invalid"),
        ("x" * 1_000_000, 413, "too_large"),
    ],
)
def test_bodies_that_make_no_sense(
    as_alice: Api, stalls: TicketType, body: str, status: int, code: str | None
) -> None:
    response = as_alice.post("reservations", body)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert code is None or response.json()["code"] == code
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 10**12, "1", None, True, [1], {}])
def test_quantities_that_make_no_sense(as_alice: Api, stalls: TicketType, quantity: Any) -> None:
    response = as_alice.post("reservations", wish(stalls, quantity))

    assert (response.status_code, response.json()["code"]) == (400, "invalid_quantity")


def test_items_that_make_no_sense(as_alice: Api, stalls: TicketType) -> None:
    twice = {**wish(stalls), "items": wish(stalls)["items"] * 2}
    elsewhere = {**wish(stalls), "event": str(an_event().pk)}
    none = {**wish(stalls), "items": []}

    assert as_alice.post("reservations", twice).json()["code"] == "invalid"
    assert as_alice.post("reservations", elsewhere).json()["code"] == "no_such_ticket_type"
    assert as_alice.post("reservations", none).json()["code"] == "invalid_quantity"
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b"])
def test_keys_that_make_no_sense(as_alice: Api, stalls: TicketType, key: str) -> None:
    response = as_alice.post("reservations", wish(stalls), Idempotency_Key=key)

    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_the_wrong_content_type_is_refused(alice: User, stalls: TicketType) -> None:
    response = Client().post(
        "/api/reservations",
        {"event": stalls.event_id},
        headers={"Authorization": f"Bearer {issue_access(alice.pk)}"},
    )

    assert response.status_code == 415


def test_refusals_say_what_is_left(as_alice: Api, bob: User, stalls: TicketType) -> None:
    a_hold(bob, {stalls: 2})

    response = as_alice.post("reservations", wish(stalls, 2))

    assert response.status_code == 409
    assert response.json() == {
        "type": "/problems/sold_out",
        "title": response.json()["title"],
        "status": 409,
        "code": "sold_out",
        "available": {str(stalls.pk): 1},
    }


def test_each_refusal_has_its_status(as_alice: Api, alice: User, concert: Event) -> None:
    limited = a_ticket_type(concert, name="limited", max_per_person=1)
    ended = a_ticket_type(concert, name="ended", sale_ends_at=timezone.now())
    hold = a_hold(alice, {limited: 1})
    let_expire(hold)
    confirm = f"reservations/{hold.id}/confirm"
    sandboxed = {"payment": {"provider": "sandbox"}}

    answers = [
        as_alice.post("reservations", wish(limited, 2)),
        as_alice.post("reservations", wish(ended)),
        as_alice.post(confirm, sandboxed),
        as_alice.post(confirm, {"payment": {"provider": "gold"}}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (422, "limit_exceeded"),
        (409, "sale_closed"),
        (410, "hold_expired"),
        (400, "unknown_provider"),
    ]


def test_a_declined_card_and_a_silent_provider(
    as_alice: Api, alice: User, stalls: TicketType
) -> None:
    confirm = f"reservations/{a_hold(alice, {stalls: 1}).id}/confirm"

    declined = as_alice.post(confirm, {"payment": {"provider": "sandbox", "card": DECLINED}})
    silent = as_alice.post(confirm, {"payment": {"provider": "sandbox", "card": SILENT}})
    again = as_alice.post(confirm, {"payment": {"provider": "sandbox"}})

    assert (declined.status_code, declined.json()["reason"]) == (402, "card_declined")
    assert (silent.status_code, silent.json()["status"]) == (202, "held")
    assert (again.status_code, again.json()["code"]) == (409, "payment_pending")


def test_a_webhook_is_trusted_by_its_signature_alone(alice: User, stalls: TicketType) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}), card=SILENT)
    headers, body = sandbox.webhook(reservation.payments.get().pk)
    anybody = Api()

    forged = anybody.post("payments/sandbox/webhook", body)
    signed = anybody.client.post(
        "/api/payments/sandbox/webhook", body, content_type="application/json", headers=headers
    )
    unknown = anybody.post("payments/gold/webhook", body)

    assert (forged.status_code, signed.status_code, unknown.status_code) == (403, 204, 400)
    reservation.refresh_from_db()
    assert reservation.status == "confirmed"


def test_a_stranger_finds_nothing(alice: User, bob: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    as_bob = Api(bob)

    answers = [
        as_bob.get(f"reservations/{hold.id}"),
        as_bob.post(f"reservations/{hold.id}/confirm", {"payment": {"provider": "sandbox"}}),
        as_bob.post(f"reservations/{hold.id}/cancel"),
        as_bob.get("reservations/not-a-uuid"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert as_bob.get("reservations").json()["results"] == []


def test_nobody_reserves_without_signing_in(stalls: TicketType) -> None:
    anybody = Api()
    forged = Api()
    forged.headers = {"Authorization": "Bearer forged"}

    answers = [
        anybody.post("reservations", wish(stalls)),
        anybody.get("reservations"),
        forged.post("reservations", wish(stalls)),
        forged.get("reservations"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_session_needs_its_csrf_token(alice: User, stalls: TicketType) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    bare = client.post("/api/reservations", wish(stalls), content_type="application/json")
    client.cookies["csrftoken"] = token = "c" * 32
    with_token = client.post(
        "/api/reservations",
        wish(stalls),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )

    assert (bare.status_code, with_token.status_code) == (403, 201)


def test_lists_turn_pages_by_cursor(as_alice: Api) -> None:
    for number in range(5):
        an_event(title=f"Concert {number}")

    first = as_alice.get("events", page_size=3).json()
    an_event(title="New", starts_at=timezone.now() + timedelta(days=29))
    second = as_alice.client.get(first["next"]).json()

    titles = [event["title"] for event in first["results"] + second["results"]]
    assert titles == [f"Concert {number}" for number in range(5)]


def test_events_can_be_searched_and_filtered(as_alice: Api, concert: Event) -> None:
    an_event(title="Play", title_en="", artist="", sale_ends_at=timezone.now())

    assert len(as_alice.get("events", search="autumn").json()["results"]) == 1
    assert len(as_alice.get("events", status="ended").json()["results"]) == 1
    assert as_alice.get("events", status="odd").status_code == 400
    assert as_alice.get("events", search="\x00").status_code == 200


@pytest.mark.parametrize("path", ["events/0", "events/x", "events/9" + "9" * 30, "nothing"])
def test_unknown_ids_are_404(as_alice: Api, path: str) -> None:
    response = as_alice.get(path)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_an_event_costs_two_queries_whatever_it_sells(
    as_alice: Api, concert: Event, django_assert_num_queries
) -> None:
    """W22: one SELECT a ticket type, and the whole list on each load."""
    for number in range(8):
        a_ticket_type(concert, name=str(number))

    with django_assert_num_queries(2):
        as_alice.get(f"events/{concert.pk}")


def test_a_list_of_reservations_costs_the_same_however_long(
    as_alice: Api, alice: User, concert: Event, django_assert_num_queries
) -> None:
    types = [a_ticket_type(concert, name=name, capacity=50) for name in "ab"]
    for _ in range(10):
        pay(alice, a_hold(alice, dict.fromkeys(types, 2)))

    with django_assert_num_queries(4):
        body = as_alice.get("reservations").json()

    assert len(body["results"]) == 10
