import base64
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.builders import a_hold, a_ticket_type, a_user, many_users, pay
from tests.races import race
from ticketing.models import Event, Payment, Reservation, TicketType

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(a_user("operator", is_staff=True, is_superuser=True))
    return client


def form_of(event: Event, **ticket_type: Any) -> dict[str, Any]:
    """What the operator's browser sends for `event`, with its one ticket type changed."""
    row = event.ticket_types.get()
    moments = {
        f"{name}_{part}": value
        for name in ("starts_at", "ends_at", "sale_starts_at", "sale_ends_at")
        for part, value in enumerate(f"{getattr(event, name):%Y-%m-%d %H:%M:%S}".split())
    }
    fields = {"name": row.name, "price": row.price, "capacity": row.capacity, "position": 0}
    return {
        "title": event.title,
        "venue": event.venue,
        "currency": "KRW",
        "hold_minutes": 5,
        "published": "on",
        **moments,
        "ticket_types-TOTAL_FORMS": 1,
        "ticket_types-INITIAL_FORMS": 1,
        "ticket_types-0-id": row.pk,
        "ticket_types-0-event": event.pk,
        **{f"ticket_types-0-{name}": value for name, value in {**fields, **ticket_type}.items()},
    }


def change(operator: Client, event: Event, **ticket_type: Any):
    address = reverse("admin:ticketing_event_change", args=[event.pk])
    return operator.post(address, form_of(event, **ticket_type))


@pytest.mark.parametrize("model", ["event", "reservation", "payment"])
def test_operators_see_lists(operator: Client, alice: User, stalls: TicketType, model: str) -> None:
    pay(alice, a_hold(alice, {stalls: 1}))

    response = operator.get(reverse(f"admin:ticketing_{model}_changelist"))

    assert response.status_code == 200


def test_nobody_else_does(alice: User) -> None:
    client = Client()
    client.force_login(alice)

    assert client.get(reverse("admin:ticketing_event_changelist")).status_code == 302


def test_an_operator_changes_a_capacity(
    operator: Client, concert: Event, stalls: TicketType
) -> None:
    assert change(operator, concert, capacity=10).status_code == 302

    stalls.refresh_from_db()
    assert (stalls.capacity, stalls.available) == (10, 10)


def test_a_capacity_below_what_is_sold_is_refused_in_the_form(
    operator: Client, alice: User, concert: Event, stalls: TicketType
) -> None:
    pay(alice, a_hold(alice, {stalls: 2}))

    response = change(operator, concert, capacity=1)

    (errors,) = response.context["inline_admin_formset"].formset.errors
    assert errors["capacity"]
    stalls.refresh_from_db()
    assert stalls.capacity == 3


@pytest.mark.race
def test_the_form_loses_no_sale(operator: Client, concert: Event, stalls: TicketType) -> None:
    """W14: the operator's form wrote back the stock that it had read."""
    TicketType.objects.filter(pk=stalls.pk).update(capacity=100)
    buyers = many_users(30)

    race(
        [lambda buyer=buyer: a_hold(buyer, {stalls: 1}) for buyer in buyers]
        + [lambda n=n: change(operator, concert, capacity=100 + n) for n in range(4)]
    )

    stalls.refresh_from_db()
    assert stalls.held == 30


@pytest.mark.parametrize("quantity", [1, 20])
def test_a_reservation_costs_the_same_however_many_tickets(
    operator: Client, alice: User, concert: Event, django_assert_max_num_queries, quantity: int
) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=20)
    bought = pay(alice, a_hold(alice, {floor: quantity}))

    with django_assert_max_num_queries(10):
        page = operator.get(f"/admin/ticketing/reservation/{bought.pk}/change/")

    assert page.status_code == 200


def test_cancelling_asks_first_and_then_calls_the_service(
    operator: Client, alice: User, stalls: TicketType
) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}))
    address = reverse("admin:ticketing_reservation_changelist")
    chosen = {"action": "cancel", "_selected_action": [str(reservation.pk)]}

    asked = operator.post(address, chosen)
    untouched = Reservation.objects.get().status
    operator.post(address, {**chosen, "confirmed": "yes"})

    assert (asked.status_code, untouched) == (200, "confirmed")
    assert Reservation.objects.get().status == "cancelled"
    assert Payment.objects.get().status in {"refund_due", "refunded"}


def test_tickets_are_sent_again(operator: Client, stalls: TicketType) -> None:
    buyer = a_user("dora", email="dora@example.com")
    reservation = pay(buyer, a_hold(buyer, {stalls: 1}))
    address = reverse("admin:ticketing_reservation_changelist")
    again = {"action": "send_again", "_selected_action": [str(reservation.pk)], "confirmed": "yes"}

    for _ in range(2):
        operator.post(address, again)

    assert [message.to for message in mail.outbox] == [["dora@example.com"]] * 2
    assert reservation.tickets.first().code in mail.outbox[0].body


def test_calling_an_event_off_refunds_everybody(
    operator: Client, alice: User, concert: Event, stalls: TicketType
) -> None:
    pay(alice, a_hold(alice, {stalls: 1}))

    operator.post(
        reverse("admin:ticketing_event_changelist"),
        {"action": "call_off", "_selected_action": [concert.pk], "confirmed": "yes"},
    )

    concert.refresh_from_db()
    assert concert.cancelled_at is not None


def test_reservations_cannot_be_edited_or_deleted(
    operator: Client, alice: User, stalls: TicketType
) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}))
    address = reverse("admin:ticketing_reservation_change", args=[reservation.pk])

    operator.post(address, {"status": "held", "total": 0})
    deleted = operator.post(
        reverse("admin:ticketing_reservation_delete", args=[reservation.pk]), {"post": "yes"}
    )

    assert deleted.status_code == 403
    assert Reservation.objects.get().status == "confirmed"


def test_a_poster_must_be_a_picture_of_bearable_size(operator: Client, concert: Event) -> None:
    heavy = SimpleUploadedFile("poster.png", PIXEL + b"\0" * 5 * 1024 * 1024)
    script = SimpleUploadedFile("poster.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    for file in (heavy, script):
        response = operator.post(
            reverse("admin:ticketing_event_add"), {"title": "x", "poster": file}
        )
        assert response.context["adminform"].form.errors["poster"]
