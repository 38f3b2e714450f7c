"""Sending: the tickets of a confirmed reservation, by e-mail."""

import logging
import uuid
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ticketing.models import Reservation
from ticketing.models.reservation import Status

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(days=1)
LEFT_TO_ITS_JOB = timedelta(seconds=10)
PORTION = 20  # mails a sweep


def send_tickets(*, reservation_id: uuid.UUID, again: bool = False) -> bool:
    """Mail the tickets to whoever bought them, once unless `again`; return whether it was sent."""
    confirmed = Reservation.objects.filter(pk=reservation_id, status=Status.CONFIRMED)
    reservation = confirmed.whole().select_related("user", "event").first()
    if reservation is None or not reservation.user.email:
        return False
    claim = confirmed if again else confirmed.filter(sent_at=None)
    if not claim.update(sent_at=Now()):
        return False
    try:
        _mail(reservation)
    except BaseException:
        confirmed.update(sent_at=reservation.sent_at)
        raise
    return True


def send_all_due() -> int:
    """Mail the tickets whose job was lost or failed; return how many."""
    due = Reservation.objects.filter(
        status=Status.CONFIRMED,
        sent_at=None,
        settled_at__gt=Now() - TRIED_FOR,
        settled_at__lt=Now() - LEFT_TO_ITS_JOB,
    ).exclude(user__email="")
    return sum(_try(pk) for pk in due.order_by("settled_at").values_list("pk", flat=True)[:PORTION])


def _try(reservation_id: uuid.UUID) -> bool:
    try:
        return send_tickets(reservation_id=reservation_id)
    except (SMTPException, OSError) as error:
        logger.warning("tickets of %s could not be mailed: %s", reservation_id, error)
        return False


def _mail(reservation: Reservation) -> None:
    with translation.override(reservation.user.language):
        link = f"{settings.SITE_URL}{reservation.get_absolute_url()}"
        send_mail(
            subject=_("Your tickets for %(event)s") % {"event": reservation.event.local_title},
            message=render_to_string(
                "ticketing/mail/tickets.txt", {"reservation": reservation, "link": link}
            ),
            from_email=None,
            recipient_list=[reservation.user.email],
        )
