"""Refunding: money goes back exactly once, asked for outside of any transaction."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from core.later import enqueue
from ticketing.models import Payment
from ticketing.models.payment import Status
from ticketing.payments import provider_named

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=30)


def request_refunds(*, reservation_ids: Sequence[uuid.UUID]) -> None:
    """Mark what was paid for these as due back; runs inside the step that ends them."""
    paid = Payment.objects.filter(reservation__in=reservation_ids, status=Status.CAPTURED)
    due = list(paid.values_list("pk", flat=True))
    paid.update(status=Status.REFUND_DUE)
    for payment_id in due:
        enqueue("ticketing.jobs.refund_payment", str(payment_id))


def refund_payment(*, payment_id: uuid.UUID) -> bool:
    """Have the provider give the money back; return whether it has. May run twice."""
    due = Payment.objects.filter(pk=payment_id, status=Status.REFUND_DUE)
    payment = due.first()
    if payment is None:
        return False
    due.update(asked_at=Now())
    try:
        provider_named(payment.provider).refund(payment.pk)  # once, by its key
    except Exception:  # a provider that is down must not keep the others' money waiting
        logger.exception("payment %s cannot be refunded yet", payment.pk)
        return False
    return bool(due.update(status=Status.REFUNDED, refunded_at=Now()))


def refund_all_due() -> int:
    """Refund what a lost job left behind; return how many."""
    waiting = Payment.objects.filter(status=Status.REFUND_DUE).filter(
        Q(asked_at=None, settled_at__lt=Now() - timedelta(seconds=5))
        | Q(asked_at__lt=Now() - ASK_AGAIN_AFTER)
    )
    ids = waiting.order_by(F("asked_at").asc(nulls_first=True)).values_list("pk", flat=True)[:50]
    return sum(refund_payment(payment_id=payment_id) for payment_id in ids)
