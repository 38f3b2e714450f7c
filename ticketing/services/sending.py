"""Sending: the tickets of a confirmed reservation, by e-mail."""

import uuid

from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ticketing.models import Reservation
from ticketing.models.reservation import Status


def send_tickets(*, reservation_id: uuid.UUID, again: bool = False) -> bool:
    """Mail the tickets to whoever bought them, once unless `again`; return whether it was sent."""
    found = Reservation.objects.whole().select_related("user", "event")
    reservation = found.filter(pk=reservation_id, status=Status.CONFIRMED).first()
    if reservation is None or not reservation.user.email or (reservation.sent_at and not again):
        return False
    with translation.override(reservation.user.language):
        send_mail(
            subject=_("Your tickets for %(event)s") % {"event": reservation.event.local_title},
            message=render_to_string("ticketing/mail/tickets.txt", {"reservation": reservation}),
            from_email=None,
            recipient_list=[reservation.user.email],
        )
    Reservation.objects.filter(pk=reservation_id).update(sent_at=Now())
    return True
