"""Paying: write the attempt, ask the provider without holding anything, write the outcome."""

import logging
import secrets
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now

from core.db import retrying
from core.later import enqueue
from realtime.publish import publish
from ticketing import claims, live, seat_claims
from ticketing.errors import (
    AlreadySettled,
    HoldExpired,
    PaymentDeclined,
    PaymentPending,
    SaleClosed,
)
from ticketing.guards import Attempt, ask_guards
from ticketing.live_seats import publish_seats
from ticketing.models import Payment, Reservation, Seat, Ticket, TicketType
from ticketing.models.payment import Status as Paid
from ticketing.models.reservation import Status
from ticketing.payments import provider_for, provider_named
from ticketing.payments.base import Charge, Outcome, Provider, ProviderTimeout
from ticketing.plans import place_name, plan_of
from ticketing.services.ending import owned
from ticketing.services.leaving import check_left_alone
from ticketing.steps import SaleStep, tell_step

logger = logging.getLogger(__name__)

TIME_TO_PAY = timedelta(minutes=2)  # a payment under way keeps the hold this long
LONGEST_OVERTIME = timedelta(minutes=10)  # however often it is tried
ASK_AFTER = timedelta(seconds=5)
GIVE_UP_AFTER = timedelta(seconds=60)


def confirm_reservation(
    *,
    reservation_id: uuid.UUID,
    user_id: int,
    provider: str,
    details: Mapping[str, Any],
    admission_pass: str | None = None,
) -> Reservation:
    """Pay for a hold and turn it into tickets; confirming a confirmed one changes nothing.

    Returns the reservation: `confirmed`, or still `held` while the provider makes up its mind.
    """
    reservation = owned(reservation_id=reservation_id, user_id=user_id)
    if reservation.status != Status.CONFIRMED:
        ask_guards(Attempt("confirm", reservation.event_id, user_id, admission_pass))
        way = provider_for(reservation.total, named=provider)
        way.check(details)
        payment = _begin(reservation_id=reservation_id, provider=way.name)
        if payment is not None:
            outcome = _ask(way, payment, details)
            _report(payment_id=payment.pk, outcome=outcome)
    return Reservation.objects.whole().get(pk=reservation_id)


@retrying
@transaction.atomic(durable=True)
def _begin(*, reservation_id: uuid.UUID, provider: str) -> Payment | None:
    """Write down that we are about to ask for money; None if it was paid meanwhile."""
    reservation = (
        Reservation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event")
        .get(pk=reservation_id)
    )
    if reservation.status == Status.CONFIRMED:
        return None
    overdue = Reservation.objects.due().filter(pk=reservation_id).exists()
    if reservation.status == Status.EXPIRED or overdue:
        raise HoldExpired
    if reservation.status != Status.HELD:
        raise AlreadySettled(became=reservation.status)  # W4: a cancelled one was still paid
    if reservation.event.cancelled_at is not None:
        raise SaleClosed
    if reservation.payments.filter(status=Paid.PENDING).exists():
        raise PaymentPending
    check_left_alone(reservation)
    _prolong(reservation)
    return Payment.objects.create(
        reservation=reservation,
        provider=provider,
        amount=reservation.total,
        currency=reservation.currency,
    )


def _prolong(reservation: Reservation) -> None:
    """Keep the hold while the payment is under way, within limits."""
    Reservation.objects.filter(pk=reservation.pk).update(
        expires_at=Greatest(
            F("expires_at"), Least(Now() + TIME_TO_PAY, F("held_until") + LONGEST_OVERTIME)
        ),
        version=F("version") + 1,
    )
    if reservation.event.layout_id is not None:
        seat_claims.keep_seats(ids=[reservation.pk])
    reservation.refresh_from_db(fields=["expires_at", "version"])
    publish(live.user_topic(reservation.user_id), [live.reservation_change(reservation)])


def _ask(provider: Provider, payment: Payment, details: Mapping[str, Any]) -> Outcome:
    """Ask for the money; holds no lock, no transaction and no connection meanwhile (W21)."""
    connection.close()
    try:
        return provider.charge(Charge(payment.pk, payment.amount, payment.currency, details))
    except ProviderTimeout:
        return Outcome("pending", reason="timeout")


def _report(*, payment_id: uuid.UUID, outcome: Outcome) -> None:
    """Write the outcome down, and refuse if it was no."""
    state = settle_payment(payment_id=payment_id, outcome=outcome)
    if state == Paid.DECLINED:
        raise PaymentDeclined(reason=outcome.reason)
    if state == Paid.REFUND_DUE:
        raise HoldExpired


@retrying
@transaction.atomic(durable=True)
def settle_payment(*, payment_id: uuid.UUID, outcome: Outcome) -> str:
    """Record what became of a payment, once; return its state after.

    A replay and a webhook that comes late change nothing twice. Money for a reservation that has
    ended meanwhile is due back.
    """
    payment = Payment.objects.select_related("reservation").filter(pk=payment_id).first()
    if payment is None:
        return "unknown"
    Reservation.objects.select_for_update(no_key=True).get(pk=payment.reservation_id)
    if outcome.state == "pending":
        return payment.status
    came = outcome.state == "captured"
    rows = Payment.objects.filter(pk=payment_id)
    said = {"reference": outcome.reference, "reason": outcome.reason, "settled_at": Now()}
    won = rows.filter(status=Paid.PENDING).update(
        status=Paid.CAPTURED if came else Paid.DECLINED, **said
    )
    # Money may come after it was given up, and its buyer told so.
    late = not won and came and rows.filter(status=Paid.DECLINED).exists()
    if late or (won and came and not _confirm(payment.reservation)):
        rows.update(status=Paid.REFUND_DUE, **said)
        enqueue("ticketing.jobs.refund_payment", str(payment_id))
    return rows.values_list("status", flat=True).get()


def _confirm(reservation: Reservation) -> bool:
    """Turn the hold into tickets; false if it is no longer a hold."""
    ids = claims.step(
        ids=[reservation.pk], was=Status.HELD, becomes=Status.CONFIRMED, only_due=False
    )
    if not ids:
        return False
    moved = claims.move_stock(ids=ids, held=-1, sold=1)
    if moved.seated:
        publish_seats(seat_claims.sell_seats(ids=ids))
    reservation = Reservation.objects.select_related("event").get(pk=reservation.pk)
    _issue(reservation, seated=moved.seated)
    types = TicketType.objects.filter(pk__in=moved.types)
    publish(
        live.event_topic(reservation.event_id), live.stock_changes(types, event=reservation.event)
    )
    publish(live.user_topic(reservation.user_id), [live.reservation_change(reservation)])
    enqueue("ticketing.jobs.send_tickets", str(reservation.pk))
    tell_step(SaleStep("confirmed", reservation.event_id, reservation.user_id))
    return True


def _issue(reservation: Reservation, *, seated: bool) -> None:
    """Write one ticket for each seat and each place that was paid for."""
    owed = Counter({item.ticket_type_id: item.quantity for item in reservation.items.all()})
    seats = list(reservation.seats.order_by("number")) if seated else []
    owed.subtract(seat.ticket_type_id for seat in seats)
    names = _places(reservation, seats)
    kinds: list[tuple[int, Seat | None]] = [(seat.ticket_type_id, seat) for seat in seats]
    kinds += [(ticket_type_id, None) for ticket_type_id in owed.elements()]
    Ticket.objects.bulk_create(
        Ticket(
            reservation=reservation,
            ticket_type_id=ticket_type_id,
            number=number,
            seat=seat,
            place=names[seat.number] if seat else "",
            code=secrets.token_hex(12).upper(),
        )
        for number, (ticket_type_id, seat) in enumerate(kinds, start=1)
    )


def _places(reservation: Reservation, seats: list[Seat]) -> dict[int, str]:
    """Return what is printed on the tickets of `seats`, by number."""
    layout_id = reservation.event.layout_id
    if layout_id is None:
        return {}
    plan = plan_of(layout_id)
    return {seat.number: place_name(plan, seat.number) for seat in seats}


def receive_webhook(*, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take a provider's word, once its signature is checked."""
    payment_id, outcome = provider_named(provider).read_webhook(headers=headers, body=body)
    settle_payment(payment_id=payment_id, outcome=outcome)


def ask_about_pending() -> int:
    """Ask the providers what became of payments that nobody told us of; return how many settled."""
    waiting = Payment.objects.filter(status=Paid.PENDING, created_at__lt=Now() - ASK_AFTER)
    known = waiting.annotate(old=Q(created_at__lt=Now() - GIVE_UP_AFTER))
    turns = known.order_by(F("asked_at").asc(nulls_first=True), "created_at")
    return sum(_ask_about(payment, old=payment.old) for payment in turns[:50])


def _ask_about(payment: Payment, *, old: bool) -> bool:
    Payment.objects.filter(pk=payment.pk).update(asked_at=Now())
    try:
        outcome = provider_named(payment.provider).lookup(payment.pk)
    except Exception:  # a provider that is down must not keep the others' money waiting
        logger.exception("payment %s cannot be asked about", payment.pk)
        return False
    if outcome is None and old:
        outcome = Outcome("declined", reason="never_arrived")
    if outcome is None or outcome.state == "pending":
        return False
    settle_payment(payment_id=payment.pk, outcome=outcome)
    return True
