from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.api_client import Api, wish
from tests.builders import (
    DECLINED,
    SILENT,
    a_hold,
    a_ticket_type,
    an_event,
    pay,
)
from ticketing.models import Event, TicketType
from ticketing.payments import sandbox

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_an_event_costs_two_queries_whatever_it_sells_and_its_waiting_room_one_a_second(
    as_alice: Api, concert: Event, django_assert_num_queries
) -> None:
    """W22: one SELECT a ticket type, and the whole list on each load."""
    for number in range(8):
        a_ticket_type(concert, name=str(number))

    with django_assert_num_queries(3):
        as_alice.get(f"events/{concert.pk}")
    with django_assert_num_queries(2):
        as_alice.get(f"events/{concert.pk}")


def test_a_list_of_reservations_costs_the_same_however_long(
    as_alice: Api, alice: User, concert: Event, django_assert_num_queries
) -> None:
    types = [a_ticket_type(concert, name=name, capacity=50) for name in "ab"]
    for _ in range(10):
        pay(alice, a_hold(alice, dict.fromkeys(types, 2)))

    with django_assert_num_queries(5):
        body = as_alice.get("reservations").json()

    assert len(body["results"]) == 10
