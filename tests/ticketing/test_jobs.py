from datetime import timedelta

import django_rq
import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.later import enqueue
from tests.builders import LATE, a_hold, a_user, let_expire, pay
from tests.workers import work_off
from ticketing import jobs
from ticketing.models import Event, Payment, Reservation, SandboxCharge, TicketType
from ticketing.services.arranging import cancel_event
from ticketing.services.ending import cancel_reservation

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """Do everything that is queued, as the worker process does."""
    work_off(django_rq.get_queue("default"))


def test_a_tick_expires_announces_and_beats(
    alice: User, concert: Event, stalls: TicketType, redis
) -> None:
    let_expire(a_hold(alice, {stalls: 3}))

    jobs.tick()

    stalls.refresh_from_db()
    concert.refresh_from_db()
    assert (stalls.available, concert.status) == (3, "on_sale")


def test_the_tick_of_another_worker_does_no_harm(alice: User, stalls: TicketType) -> None:
    let_expire(a_hold(alice, {stalls: 3}))

    for _ in range(3):
        jobs.tick()

    stalls.refresh_from_db()
    assert (stalls.available, stalls.held) == (3, 0)


def test_tickets_are_mailed_once(stalls: TicketType) -> None:
    buyer = a_user("dora", email="dora@example.com")
    reservation = pay(buyer, a_hold(buyer, {stalls: 1}))

    work()
    jobs.send_tickets(str(reservation.pk))

    (message,) = mail.outbox
    assert reservation.code in message.body
    assert Reservation.objects.get(pk=reservation.pk).sent_at is not None


def test_tickets_whose_job_was_lost_are_mailed_by_the_sweep(stalls: TicketType, redis) -> None:
    buyer = a_user("dora", email="dora@example.com")
    reservation = pay(buyer, a_hold(buyer, {stalls: 1}))
    redis.flushdb()
    Reservation.objects.update(settled_at=timezone.now() - timedelta(seconds=30))

    for _ in range(2):
        jobs.sweep()

    (message,) = mail.outbox
    assert f"/reservations/{reservation.pk}" in message.body
    assert stalls.event.venue in message.body


def test_a_mail_that_fails_is_tried_again(stalls: TicketType, settings) -> None:
    buyer = a_user("dora", email="dora@example.com")
    reservation = pay(buyer, a_hold(buyer, {stalls: 1}))
    Reservation.objects.update(settled_at=timezone.now() - timedelta(seconds=30))
    settings.EMAIL_BACKEND = f"{__name__}.NoPost"

    jobs.sweep()

    assert Reservation.objects.get(pk=reservation.pk).sent_at is None


class NoPost(BaseEmailBackend):
    def send_messages(self, messages) -> int:
        raise ConnectionRefusedError


def test_a_cancelled_reservation_is_refunded_by_the_worker(alice: User, stalls: TicketType) -> None:
    reservation = pay(alice, a_hold(alice, {stalls: 1}))
    cancel_reservation(reservation_id=reservation.pk, user_id=alice.pk)

    work()

    assert Payment.objects.get().status == "refunded"
    assert SandboxCharge.objects.get().refunded_at is not None


def test_a_cancelled_event_is_wound_up_even_when_its_job_was_lost(
    alice: User, bob: User, concert: Event, stalls: TicketType, redis
) -> None:
    pay(alice, a_hold(alice, {stalls: 1}))
    a_hold(bob, {stalls: 1})
    cancel_event(event_id=concert.pk)
    redis.flushdb()

    jobs.sweep()

    assert set(Reservation.objects.values_list("status", flat=True)) == {"cancelled"}


def test_the_sandbox_tells_late_and_once(alice: User, stalls: TicketType) -> None:
    hold = a_hold(alice, {stalls: 1})
    pay(alice, hold, card=LATE)
    jobs.play_sandbox()
    early = Reservation.objects.get(pk=hold.id).status
    SandboxCharge.objects.update(tells_at=timezone.now() - timedelta(seconds=1))

    for _ in range(2):
        jobs.play_sandbox()

    assert (early, Reservation.objects.get(pk=hold.id).status) == ("held", "confirmed")


def test_a_job_waits_for_the_commit(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("ticketing.jobs.tick")
        1 / 0

    assert django_rq.get_queue("default").count == 0
