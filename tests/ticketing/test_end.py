from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.builders import a_hold, a_ticket_type, let_expire, many_users, pay
from tests.races import kinds, race
from ticketing.errors import AlreadySettled, NoLongerCancellable, NoSuchReservation
from ticketing.models import Allowance, Event, Payment, Reservation, TicketType
from ticketing.services.ending import cancel_reservation, expire_holds

pytestmark = pytest.mark.django_db(transaction=True)


def test_cancelling_a_hold_gives_everything_back(alice: User, concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=4, max_per_person=4)
    hold = a_hold(alice, {floor: 4})

    cancel_reservation(reservation_id=hold.id, user_id=alice.pk)

    floor.refresh_from_db()
    assert floor.available == 4
    assert a_hold(alice, {floor: 4}).total == 4 * 99_000


def test_cancelling_a_paid_reservation_refunds_it_and_voids_its_tickets(
    alice: User, stalls: TicketType
) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 2}))

    cancelled = cancel_reservation(reservation_id=reservation.pk, user_id=alice.pk)

    assert cancelled.status == "cancelled"
    assert Payment.objects.get().status == "refund_due"
    assert all(ticket.voided_at for ticket in cancelled.tickets.all())
    stalls.refresh_from_db()
    assert (stalls.available, stalls.sold) == (3, 0)


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_what_has_ended_gives_nothing_back_a_second_time(
    alice: User, bob: User, stalls: TicketType, end: str
) -> None:
    """W5: cancelling an expired hold freed the seat of whoever held it by then."""
    hold = a_hold(alice, {stalls: 3})
    if end == "cancel":
        cancel_reservation(reservation_id=hold.id, user_id=alice.pk)
    else:
        let_expire(hold)
        expire_holds()
    a_hold(bob, {stalls: 3})

    with pytest.raises(AlreadySettled):
        cancel_reservation(reservation_id=hold.id, user_id=alice.pk)

    stalls.refresh_from_db()
    assert (stalls.available, stalls.held) == (0, 3)


def test_a_paid_reservation_cannot_be_cancelled_after_the_deadline(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}))
    Event.objects.filter(pk=concert.pk).update(
        cancellable_until=timezone.now() - timedelta(seconds=1)
    )

    with pytest.raises(NoLongerCancellable):
        cancel_reservation(reservation_id=reservation.pk, user_id=alice.pk)

    assert cancel_reservation(reservation_id=reservation.pk).status == "cancelled"  # an operator


def test_a_stranger_cancels_nothing(alice: User, bob: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})

    with pytest.raises(NoSuchReservation):
        cancel_reservation(reservation_id=hold.id, user_id=bob.pk)

    assert Reservation.objects.get(pk=hold.id).status == "held"


def test_the_sweep_expires_what_is_due_and_nothing_else(
    alice: User, bob: User, stalls: TicketType
) -> None:
    """W3: one wrong status rolled the whole batch back for ever."""
    let_expire(a_hold(alice, {stalls: 1}))
    a_hold(bob, {stalls: 1})

    assert [expire_holds(), expire_holds()] == [1, 0]

    stalls.refresh_from_db()
    assert stalls.available == 2
    assert Allowance.objects.get(user=alice).quantity == 0


@pytest.mark.race
def test_many_sweeps_at_once_give_back_once(concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=1000)
    for buyer in many_users(60):
        let_expire(a_hold(buyer, {floor: 2}))

    outcomes = race([expire_holds] * 6)

    assert sum(outcomes) == 60
    floor.refresh_from_db()
    assert floor.available == 1000


@pytest.mark.race
def test_cancel_against_expire_gives_back_once(alice: User, concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=100)
    holds = [a_hold(alice, {floor: 1}) for _ in range(20)]
    Reservation.objects.update(expires_at=timezone.now())

    outcomes = race(
        [expire_holds] * 4
        + [
            lambda hold=hold: cancel_reservation(reservation_id=hold.id, user_id=alice.pk)
            for hold in holds
        ]
    )

    assert set(kinds(outcomes)) <= {"AlreadySettled", "Reservation", "int"}
    floor.refresh_from_db()
    assert (floor.available, floor.held) == (100, 0)


@pytest.mark.race
def test_buyers_and_sweeps_share_types_without_deadlock(concert: Event) -> None:
    types = [a_ticket_type(concert, name=name, capacity=1000) for name in "abc"]
    buyers = many_users(24)
    for buyer in buyers:
        let_expire(a_hold(buyer, dict.fromkeys(types, 1)))

    outcomes = race(
        [expire_holds] * 4
        + [lambda buyer=buyer: a_hold(buyer, dict.fromkeys(types, 2)) for buyer in buyers]
    )

    assert kinds(outcomes) == {"Hold": 24, "int": 4}
