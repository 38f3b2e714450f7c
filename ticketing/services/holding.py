"""Holding: from a wish to minutes in which the tickets are yours."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from accounts.errors import InvalidToken
from core.db import retrying
from core.errors import DomainError
from realtime.publish import publish
from ticketing import claims, live
from ticketing.errors import (
    IdempotencyMismatch,
    LimitExceeded,
    NoSuchEvent,
    NoSuchTicketType,
    SaleClosed,
    SoldOut,
    WrongQuantity,
)
from ticketing.guards import Attempt, ask_guards
from ticketing.models import TicketType
from ticketing.selections import HeldItem, Hold, replay_hold
from ticketing.services.announcing import announce_status
from ticketing.services.ending import expire_holds
from ticketing.steps import SaleStep, tell_step

MOST_TYPES = 20
LARGEST_QUANTITY = 100  # in one reservation: its page draws a code for each ticket, 3 ms long
LARGEST_ID = 2**63 - 1
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks like another
CODE_LENGTH = 10

REFUSALS: dict[str, type[DomainError]] = {
    "no_event": NoSuchEvent,
    "no_user": InvalidToken,
    "no_ticket_type": NoSuchTicketType,
    "sale_closed": SaleClosed,
    "limit_exceeded": LimitExceeded,
    "mismatch": IdempotencyMismatch,
}


def hold_tickets(
    *,
    user_id: int,
    event_id: int,
    items: Mapping[int, int],
    key: str | None = None,
    admission_pass: str | None = None,
) -> Hold:
    """Hold `items` (ticket type id → quantity) for `user_id`, all or nothing.

    With an idempotency `key` the same request gets the same hold however often it is sent.
    """
    _check(event_id, items)
    ask_guards(Attempt("hold", event_id, user_id, admission_pass))
    attempt = _Attempt(user_id, event_id, dict(sorted(items.items())), key)
    said = attempt.make()
    again = said.get("claimed")  # perhaps this very request, sent twice at once, was faster
    if said.get("overdue"):
        again = True
        expire_holds(of_types=list(items))
    elif said["verdict"] == "limit_exceeded":  # perhaps by one's own hold that is over
        again = expire_holds(of_types=list(items)) or again
    return attempt.outcome(attempt.make() if again else said)


@dataclass(slots=True)
class _Attempt:
    user_id: int
    event_id: int
    items: dict[int, int]
    key: str | None
    code: str = ""

    @retrying
    def make(self) -> dict[str, Any]:
        self.code = fresh_code()
        return claims.hold(
            reservation_id=uuid.uuid4(),
            code=self.code,
            user_id=self.user_id,
            event_id=self.event_id,
            items=self.items,
            key=self.key,
            fingerprint=self.fingerprint() if self.key else "",
        )

    def fingerprint(self) -> str:
        """Return what tells two bodies apart that came with the same key."""
        body = orjson.dumps([self.event_id, list(self.items.items())])
        return hashlib.sha256(body).hexdigest()

    def outcome(self, said: dict[str, Any]) -> Hold:
        if said["verdict"] == "held":
            return self.told(said)
        if said["verdict"] == "replayed":
            return replay_hold(uuid.UUID(said["id"]))
        if said["verdict"] == "sold_out":
            raise SoldOut(available=_left(self.items))
        raise REFUSALS[said["verdict"]]

    def told(self, said: dict[str, Any]) -> Hold:
        """Tell the watchers, and return the hold."""
        stock = said["stock"]
        currency = said["currency"]
        publish(
            live.event_topic(self.event_id),
            [live.ticket_change(row, event_id=self.event_id, currency=currency) for row in stock],
        )
        if any(row["available"] == 0 for row in stock):
            announce_status(event_ids=[self.event_id])
        expires_at = datetime.fromisoformat(said["expires_at"])
        tell_step(SaleStep("held", self.event_id, self.user_id, expires_at))
        return Hold(
            id=uuid.UUID(said["id"]),
            code=self.code,
            event_id=self.event_id,
            expires_at=expires_at,
            items=[
                HeldItem(row["id"], row["name"], self.items[row["id"]], row["price"])
                for row in stock
            ],
            total=said["total"],
            currency=currency,
        )


def fresh_code() -> str:
    """Return a reservation code: 50 random bits, ten letters that a person can read out."""
    bits = secrets.randbits(5 * CODE_LENGTH)
    return "".join(CODE_ALPHABET[bits >> 5 * place & 31] for place in range(CODE_LENGTH))


def _check(event_id: int, items: Mapping[int, int]) -> None:
    if event_id > LARGEST_ID:
        raise NoSuchEvent
    if not items or len(items) > MOST_TYPES:
        raise WrongQuantity
    if min(items.values()) < 1 or sum(items.values()) > LARGEST_QUANTITY:
        raise WrongQuantity  # W13: a negative quantity grew the stock


def _left(items: Mapping[int, int]) -> dict[str, int]:
    rows = TicketType.objects.filter(pk__in=items).values_list("pk", "available")
    return {str(pk): available for pk, available in rows}
