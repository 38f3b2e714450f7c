"""A provider for trying out: it keeps its own books, and its cards misbehave on request."""

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Malformed
from ticketing.models.sandbox import SandboxCharge
from ticketing.payments.base import Charge, Outcome, Provider, ProviderTimeout

ACCEPTED = "4242424242424242"
DECLINED = "4000000000000002"
POOR = "4000000000009995"
SILENT = "4000000000000408"  # takes the money and never answers
LATE = "4000000000000202"  # answers by webhook, some seconds later
REASONS = {DECLINED: "card_declined", POOR: "insufficient_funds"}
LATE_BY = timedelta(seconds=3)
WEBHOOK_TOLERANCE = 300  # seconds, as Standard Webhooks advises


class ForgedWebhook(DomainError):
    code = "forged_webhook"
    status = 403
    sentence = _("The signature does not fit.")


class UnknownCard(Malformed):
    code = "invalid_card"
    sentence = _("This card number is not one of the sandbox's test cards.")


class Sandbox(Provider):
    name = "sandbox"

    def charge(self, charge: Charge) -> Outcome:
        card = _card(charge.details)
        if card in REASONS:
            return Outcome("declined", reason=REASONS[card])
        late = card == LATE
        SandboxCharge.objects.get_or_create(
            key=charge.key,
            defaults={
                "amount": charge.amount,
                "currency": charge.currency,
                "tells_at": timezone.now() + LATE_BY if late else None,
            },
        )
        if card == SILENT:
            raise ProviderTimeout
        if late:
            return Outcome("pending", reference=_reference(charge.key))
        return Outcome("captured", reference=_reference(charge.key))

    def check(self, details: Mapping[str, Any]) -> None:
        """Refuse a card that is no test card before anything is written."""
        if _card(details) not in {ACCEPTED, SILENT, LATE, *REASONS}:
            raise UnknownCard

    def lookup(self, key: uuid.UUID) -> Outcome | None:
        known = SandboxCharge.objects.filter(key=key).first()
        if known is None:
            return None
        return Outcome("pending" if known.tells_at else "captured", reference=_reference(key))

    def refund(self, key: uuid.UUID) -> None:
        SandboxCharge.objects.filter(key=key, refunded_at=None).update(refunded_at=timezone.now())

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes) -> tuple[uuid.UUID, Outcome]:
        _verify(headers, body)
        try:
            said = orjson.loads(body)
            return uuid.UUID(said["charge"]), Outcome(said["state"], reference=said["reference"])
        except (ValueError, KeyError, TypeError) as error:
            raise Malformed from error


def _card(details: Mapping[str, Any]) -> str:
    """Return the card's number as digits alone."""
    return str(details.get("card") or ACCEPTED).replace(" ", "").replace("-", "")


def due_webhooks() -> Iterator[tuple[dict[str, str], bytes]]:
    """Yield, once each, the webhooks whose time has come."""
    due = SandboxCharge.objects.filter(tells_at__lte=timezone.now())
    for key in due.values_list("key", flat=True)[:100]:
        if due.filter(key=key).update(tells_at=None):
            yield webhook(key)


def webhook(key: uuid.UUID, *, state: str = "captured") -> tuple[dict[str, str], bytes]:
    """Return headers and body of the webhook that tells of `key` (Standard Webhooks)."""
    body = orjson.dumps({"charge": str(key), "state": state, "reference": _reference(key)})
    headers = {"webhook-id": f"msg_{key.hex}", "webhook-timestamp": str(int(time.time()))}
    return {**headers, "webhook-signature": f"v1,{_signature(headers, body)}"}, body


def _verify(headers: Mapping[str, str], body: bytes) -> None:
    sent = {name.lower(): value for name, value in headers.items()}
    stamp = sent.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 15):
        raise ForgedWebhook
    if abs(time.time() - int(stamp)) > WEBHOOK_TOLERANCE:
        raise ForgedWebhook
    right = _signature(sent, body)
    given = [part.partition(",")[2] for part in sent.get("webhook-signature", "").split()]
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in given):
        raise ForgedWebhook


def _signature(headers: Mapping[str, str], body: bytes) -> str:
    signed = f"{headers.get('webhook-id', '')}.{headers['webhook-timestamp']}.".encode() + body
    secret = salted_hmac("ticketing.sandbox", "webhook", algorithm="sha256").digest()
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def _reference(key: uuid.UUID) -> str:
    return f"sandbox_{key.hex[:12]}"
