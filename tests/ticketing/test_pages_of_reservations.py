"""The pages of a reservation: paying, tickets, cancelling. A payment gives its connection back."""

import re

import pytest
from django.urls import reverse

from tests.builders import DECLINED, LATE, a_hold, pay
from ticketing.models import Reservation
from ticketing.services.arranging import cancel_event
from ticketing.services.ending import cancel_all_of, cancel_reservation

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


def test_paying_turns_the_panel_into_tickets(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 2})

    answer = buyer.post(
        reverse("ticketing:confirm", args=[held.id]),
        {"card": "4242 4242 4242 4242"},
        headers=HTMX,
    )

    assert answer["HX-Retarget"] == "#reservation-panel"
    assert "Your tickets are ready" in text(answer)
    assert f'id="reservation-{held.id}-status" data-status="confirmed" hx-swap-oob' in text(answer)


def test_a_declined_card_is_said_in_place(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 1})

    answer = buyer.post(
        reverse("ticketing:confirm", args=[held.id]), {"card": DECLINED}, headers=HTMX
    )

    assert answer.status_code == 402
    assert "The payment was declined." in text(answer)


def test_a_payment_under_way_is_waited_for(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 1})
    buyer.post(reverse("ticketing:confirm", args=[held.id]), {"card": LATE})

    page = text(buyer.get(reverse("ticketing:reservation", args=[held.id])))

    assert "We are checking your payment" in page
    assert 'name="card"' not in page


def test_cancelling_gives_back_and_says_so(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 1})
    pay(alice, held)

    answer = buyer.post(reverse("ticketing:cancel", args=[held.id]), follow=True)

    assert "This reservation is cancelled" in text(answer)
    assert "What you paid goes back" in text(answer)


def test_a_hold_on_an_event_called_off_is_not_said_to_be_back_on_sale(buyer, alice, stalls):
    hold = a_hold(alice, {stalls: 1})
    cancel_event(event_id=stalls.event_id)
    cancel_all_of(event_id=stalls.event_id)

    answer = buyer.get(f"/reservations/{hold.id}")

    assert "This event has been cancelled" in text(answer)
    assert "back on sale" not in text(answer)


def test_tickets_carry_a_code_each(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 3})
    pay(alice, held)

    page = text(buyer.get(reverse("ticketing:tickets", args=[held.id])))

    codes = Reservation.objects.get(pk=held.id).tickets.values_list("code", flat=True)
    assert len(re.findall(r'<div class="ticket-qr"[^>]*><svg', page)) == 3
    assert all(code in page for code in codes)


def test_there_are_no_tickets_before_payment_or_after_cancelling(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 1})
    address = reverse("ticketing:tickets", args=[held.id])

    before = buyer.get(address)
    pay(alice, held)
    cancel_reservation(reservation_id=held.id, user_id=alice.pk)
    after = buyer.get(address)

    assert before.url == after.url == reverse("ticketing:reservation", args=[held.id])


@pytest.mark.parametrize("name", ["reservation", "tickets", "confirm", "cancel"])
def test_a_strangers_reservation_is_not_found(buyer, bob, stalls, name):
    held = a_hold(bob, {stalls: 1})
    address = reverse(f"ticketing:{name}", args=[held.id])

    answer = buyer.post(address) if name in {"confirm", "cancel"} else buyer.get(address)

    assert answer.status_code == 404
    assert Reservation.objects.get(pk=held.id).status == "held"


def test_no_page_needs_what_its_own_policy_forbids(buyer, alice, concert, stalls):
    """No inline script, style or handler: the policy has no hole for them."""
    held = a_hold(alice, {stalls: 1})
    paid = a_hold(alice, {stalls: 1})
    pay(alice, paid)
    addresses = [
        "/",
        "/nowhere",
        "/reservations",
        concert.get_absolute_url(),
        *(reverse("ticketing:reservation", args=[one.id]) for one in (held, paid)),
        reverse("ticketing:tickets", args=[paid.id]),
        *(reverse(f"accounts:{name}") for name in ("account", "password-change")),
    ]

    for address in addresses:
        page = text(buyer.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), address
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), address
