import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from core.errors import NotFound
from tests.builders import (
    DECLINED,
    SILENT,
    a_hold,
    a_ticket_type,
    let_expire,
    pay,
)
from tests.races import kinds, race
from ticketing.errors import (
    AlreadySettled,
    HoldExpired,
    NoSuchReservation,
    PaymentDeclined,
    SaleClosed,
    UnknownProvider,
)
from ticketing.models import Event, Payment, Reservation, SandboxCharge, TicketType
from ticketing.payments import sandbox
from ticketing.payments.base import Outcome
from ticketing.services.ending import cancel_reservation, expire_holds
from ticketing.services.paying import (
    confirm_reservation,
    receive_webhook,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_paying_issues_a_ticket_for_each_place(alice: User, stalls: TicketType) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 2}))

    assert reservation.status == "confirmed"
    assert len({ticket.code for ticket in reservation.tickets.all()}) == 2
    stalls.refresh_from_db()
    assert (stalls.available, stalls.held, stalls.sold) == (1, 0, 2)


def test_paying_twice_charges_once(alice: User, stalls: TicketType) -> None:
    """W16: two payment rows were possible for one reservation."""
    hold = a_hold(alice, {stalls: 1})

    tickets = [[ticket.code for ticket in pay(alice, hold).tickets.all()] for _ in range(2)]

    assert tickets[0] == tickets[1]
    assert SandboxCharge.objects.count() == 1


def test_a_cancelled_reservation_cannot_be_paid(alice: User, bob: User, stalls: TicketType) -> None:
    """W4: A cancelled, B took the seat, A still paid: both were confirmed."""
    hold = a_hold(alice, {stalls: 3})
    cancel_reservation(reservation_id=hold.id, user_id=alice.pk)
    pay(bob, a_hold(bob, {stalls: 3}))

    with pytest.raises(AlreadySettled):
        pay(alice, hold)

    assert SandboxCharge.objects.count() == 1


def test_an_expired_hold_cannot_be_paid_even_before_the_sweep(
    alice: User, stalls: TicketType
) -> None:
    hold = a_hold(alice, {stalls: 1})
    let_expire(hold)

    with pytest.raises(HoldExpired):
        pay(alice, hold)

    assert not Payment.objects.exists()


def test_a_declined_card_leaves_the_hold_for_another_try(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    with pytest.raises(PaymentDeclined) as refused:
        pay(alice, hold, card=DECLINED)

    reservation = pay(alice, hold)

    assert refused.value.facts == {"reason": "card_declined"}
    assert reservation.status == "confirmed"


def test_nobody_pays_for_a_cancelled_event(alice: User, concert: Event, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    Event.objects.filter(pk=concert.pk).update(cancelled_at=timezone.now())

    with pytest.raises(SaleClosed):
        pay(alice, hold)


def test_nobody_pays_for_a_strangers_reservation(
    alice: User, bob: User, stalls: TicketType
) -> None:
    hold = a_hold(alice, {stalls: 1})

    with pytest.raises(NoSuchReservation):
        pay(bob, hold)


def test_unknown_ways_to_pay_are_refused(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})

    with pytest.raises(UnknownProvider):
        confirm_reservation(reservation_id=hold.id, user_id=alice.pk, provider="gold", details={})
    with pytest.raises(sandbox.UnknownCard):
        pay(alice, hold, card="1234")
    with pytest.raises(NotFound):
        receive_webhook(provider="free", headers={}, body=b"")

    assert not Payment.objects.exists()


def test_what_costs_money_is_not_paid_by_the_free_provider(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})

    with pytest.raises(UnknownProvider):
        confirm_reservation(reservation_id=hold.id, user_id=alice.pk, provider="free", details={})

    assert Reservation.objects.get().status == "held"
    assert not Payment.objects.exists()


def test_free_tickets_need_no_provider(alice: User, concert: Event) -> None:
    free = a_ticket_type(concert, name="Free", price=0)
    hold = a_hold(alice, {free: 2})

    reservation = confirm_reservation(
        reservation_id=hold.id, user_id=alice.pk, provider="", details={}
    )

    assert reservation.status == "confirmed"


def test_a_payment_under_way_keeps_the_hold(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    almost_over = timezone.now() + timedelta(seconds=5)
    Reservation.objects.filter(pk=hold.id).update(expires_at=almost_over)

    pay(alice, hold, card=SILENT)

    assert Reservation.objects.get(pk=hold.id).expires_at > almost_over + timedelta(seconds=60)


def test_nothing_is_held_while_the_provider_thinks(
    alice: User, stalls: TicketType, settings
) -> None:
    """W21: a connection and a row lock were held across the provider's latency."""
    settings.PAYMENT_PROVIDERS = {"slow": f"{__name__}.Slow"}
    hold = a_hold(alice, {stalls: 1})

    confirm_reservation(reservation_id=hold.id, user_id=alice.pk, provider="slow", details={})

    assert Slow.connected is False


class Slow(sandbox.Sandbox):
    name = "slow"
    connected: bool | None = None

    def charge(self, charge) -> Outcome:
        type(self).connected = connection.connection is not None
        return Outcome("captured")


@pytest.mark.race
def test_confirm_against_expire(alice: User, concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=1000)
    holds = [a_hold(alice, {floor: 1}) for _ in range(12)]
    soon = timezone.now() + timedelta(seconds=0.3)
    Reservation.objects.update(expires_at=soon)
    until = threading.Event()

    def sweep() -> str:
        while not until.wait(0.01):
            expire_holds()
        return "swept"

    def confirm(hold, delay: float):
        threading.Event().wait(delay)
        return pay(alice, hold)

    threading.Timer(1.5, until.set).start()
    outcomes = race(
        [sweep, sweep]
        + [
            lambda hold=hold, delay=0.27 + n * 0.005: confirm(hold, delay)
            for n, hold in enumerate(holds)
        ]
    )

    assert set(kinds(outcomes)) <= {"HoldExpired", "Reservation", "str"}
    ended = Reservation.objects.filter(status="expired").count()
    sold = Reservation.objects.filter(status="confirmed").count()
    assert ended + sold == 12
    assert kinds(outcomes).get("Reservation", 0) == sold


@pytest.mark.race
def test_confirming_20_times_at_once_charges_once(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 2})

    outcomes = race([lambda: pay(alice, hold)] * 20)

    assert set(kinds(outcomes)) <= {"Reservation", "PaymentPending"}
    assert "Reservation" in kinds(outcomes)
    assert SandboxCharge.objects.count() == 1
    assert Reservation.objects.get(pk=hold.id).tickets.count() == 2


@pytest.mark.race
def test_confirm_against_cancel_never_keeps_the_money_of_a_cancelled_one(
    alice: User, concert: Event
) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=1000)
    holds = [a_hold(alice, {floor: 1}) for _ in range(15)]

    race(
        [lambda hold=hold: pay(alice, hold) for hold in holds]
        + [
            lambda hold=hold: cancel_reservation(reservation_id=hold.id, user_id=alice.pk)
            for hold in holds
        ]
    )

    for payment in Payment.objects.select_related("reservation"):
        confirmed = payment.reservation.status == "confirmed"
        assert payment.status == ("captured" if confirmed else "refund_due")
