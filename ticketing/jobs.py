"""What workers do. Jobs take ids, may run twice, and only call a service."""

import uuid

from core.health import beat
from ticketing.payments.sandbox import due_webhooks
from ticketing.services.announcing import announce_status
from ticketing.services.ending import cancel_all_of as cancel_reservations_of
from ticketing.services.ending import cancelled_events_with_reservations, expire_holds
from ticketing.services.paying import ask_about_pending, receive_webhook
from ticketing.services.refunding import refund_all_due
from ticketing.services.refunding import refund_payment as refund
from ticketing.services.sending import send_all_due
from ticketing.services.sending import send_tickets as send


def tick() -> None:
    """Each second: tidy up what time has done, and tell."""
    expire_holds()
    announce_status()
    beat("tick")


def sweep() -> None:
    """Every few seconds: find what a lost job or a killed process left behind."""
    ask_about_pending()
    refund_all_due()
    send_all_due()
    for event_id in cancelled_events_with_reservations():
        cancel_reservations_of(event_id=event_id)


def cancel_all_of(event_id: int) -> None:
    cancel_reservations_of(event_id=event_id)


def refund_payment(payment_id: str) -> None:
    refund(payment_id=uuid.UUID(payment_id))


def send_tickets(reservation_id: str) -> None:
    send(reservation_id=uuid.UUID(reservation_id))


def play_sandbox() -> None:
    """Play the sandbox's part: tell us, late, that the money came."""
    for headers, body in due_webhooks():
        receive_webhook(provider="sandbox", headers=headers, body=body)
