"""REST: what is refused, in so many words."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue_access
from tests.api_client import Api, wish
from tests.builders import (
    a_hold,
    a_ticket_type,
    an_event,
    let_expire,
)
from ticketing.models import Event, Reservation, TicketType

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.mark.parametrize("path", ["events/0", "events/x", "events/9" + "9" * 30, "nothing"])
def test_unknown_ids_are_404(as_alice: Api, path: str) -> None:
    response = as_alice.get(path)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
