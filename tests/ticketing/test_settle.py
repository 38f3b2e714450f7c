"""What becomes of a payment: late, lost, forged, given up, given back."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.builders import (
    DECLINED,
    LATE,
    SILENT,
    a_hold,
    let_expire,
    pay,
)
from tests.races import race
from ticketing import jobs
from ticketing.errors import (
    PaymentDeclined,
    PaymentPending,
)
from ticketing.models import Payment, Reservation, SandboxCharge, TicketType
from ticketing.payments import sandbox
from ticketing.payments.base import Outcome
from ticketing.services.ending import cancel_reservation
from ticketing.services.paying import (
    ask_about_pending,
    receive_webhook,
    settle_payment,
)
from ticketing.services.refunding import refund_all_due, refund_payment

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_provider_that_never_answers_is_asked(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    assert pay(alice, hold, card=SILENT).status == "held"
    with pytest.raises(PaymentPending):
        pay(alice, hold)
    Payment.objects.update(created_at=timezone.now() - timedelta(seconds=10))

    ask_about_pending()

    assert Reservation.objects.get(pk=hold.id).status == "confirmed"
    assert SandboxCharge.objects.count() == 1


def test_a_provider_that_is_down_keeps_nobody_elses_money(
    alice: User, bob: User, charlie: User, stalls: TicketType
) -> None:
    minute_ago = timezone.now() - timedelta(minutes=1)
    for buyer in (alice, bob):
        pay(buyer, a_hold(buyer, {stalls: 1}), card=SILENT)
    due = pay(charlie, a_hold(charlie, {stalls: 1}))
    cancel_reservation(reservation_id=due.pk)
    Payment.objects.filter(status="pending").update(created_at=minute_ago)
    Payment.objects.update(settled_at=minute_ago)
    down = Payment.objects.filter(reservation__user=alice)
    down.update(provider="down")

    jobs.sweep()

    states = Payment.objects.values_list("reservation__user__username", "status")
    assert dict(states) == {"alice": "pending", "bob": "captured", "charlie": "refunded"}
    down.update(provider="sandbox")


def test_a_charge_that_never_arrived_is_given_up(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    pay(alice, hold, card=SILENT)
    SandboxCharge.objects.all().delete()
    Payment.objects.update(created_at=timezone.now() - timedelta(seconds=70))

    ask_about_pending()

    assert Payment.objects.get().status == "declined"
    assert pay(alice, hold).status == "confirmed"


def test_money_that_comes_after_it_was_given_up_goes_back(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    with pytest.raises(PaymentDeclined):
        pay(alice, hold, card=DECLINED)
    payment = Payment.objects.get()

    for _ in range(2):
        receive_webhook(provider="sandbox", **_webhook(payment))
    state = settle_payment(payment_id=payment.pk, outcome=Outcome("declined"))

    assert state == Payment.objects.get().status == "refund_due"
    assert Reservation.objects.get().status == "held"


def test_a_late_webhook_confirms_once(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    pay(alice, hold, card=LATE)
    headers, body = sandbox.webhook(Payment.objects.get().pk)

    for _ in range(3):
        receive_webhook(provider="sandbox", headers=headers, body=body)

    reservation = Reservation.objects.get(pk=hold.id)
    assert (reservation.status, reservation.tickets.count()) == ("confirmed", 1)


def test_money_that_comes_after_the_hold_ended_goes_back(
    alice: User, bob: User, stalls: TicketType
) -> None:
    hold = a_hold(alice, {stalls: 3})
    pay(alice, hold, card=LATE)
    let_expire(hold)
    a_hold(bob, {stalls: 3})
    payment = Payment.objects.get()

    receive_webhook(provider="sandbox", **_webhook(payment))
    refund_payment(payment_id=payment.pk)

    payment.refresh_from_db()
    assert payment.status == "refunded"
    assert SandboxCharge.objects.get().refunded_at is not None
    assert Reservation.objects.get(pk=hold.id).status == "expired"


def test_a_refund_whose_job_was_lost_is_found(alice: User, stalls: TicketType) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}))
    cancel_reservation(reservation_id=reservation.pk, user_id=alice.pk)
    Payment.objects.update(settled_at=timezone.now() - timedelta(seconds=10))

    assert [refund_all_due(), refund_all_due()] == [1, 0]

    assert Payment.objects.get().status == "refunded"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: ({**headers, "webhook-signature": "v1,AAAA"}, body),
        lambda headers, body: (headers, body + b" "),
        lambda headers, body: ({**headers, "webhook-timestamp": "1700000000"}, body),
        lambda headers, body: ({**headers, "webhook-timestamp": "soon"}, body),
        lambda headers, body: ({}, body),
    ],
)
def test_a_forged_webhook_changes_nothing(alice: User, stalls: TicketType, spoil) -> None:
    hold = a_hold(alice, {stalls: 1})
    pay(alice, hold, card=LATE)
    headers, body = spoil(*sandbox.webhook(Payment.objects.get().pk))

    with pytest.raises(sandbox.ForgedWebhook):
        receive_webhook(provider="sandbox", headers=headers, body=body)

    assert Reservation.objects.get(pk=hold.id).status == "held"


def test_a_webhook_for_nobody_changes_nothing(db: None) -> None:
    headers, body = sandbox.webhook(uuid.uuid4())

    receive_webhook(provider="sandbox", headers=headers, body=body)

    assert not Payment.objects.exists()


@pytest.mark.race
def test_one_outcome_settles_however_often_it_is_told(alice: User, stalls: TicketType) -> None:
    pay(alice, a_hold(alice, {stalls: 1}), card=LATE)
    payment = Payment.objects.get()

    told = race(
        [lambda: settle_payment(payment_id=payment.pk, outcome=Outcome("captured"))] * 10
        + [lambda: settle_payment(payment_id=payment.pk, outcome=Outcome("declined"))] * 10
    )

    payment.refresh_from_db()
    confirmed = payment.status == "captured"
    assert (payment.reservation.status == "confirmed") == confirmed
    assert set(told) <= ({"captured"} if confirmed else {"declined", "refund_due"})


def _webhook(payment: Payment) -> dict:
    headers, body = sandbox.webhook(payment.pk)
    return {"headers": headers, "body": body}
