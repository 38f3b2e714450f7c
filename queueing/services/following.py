"""Following the sale: what people do at the till keeps their admission, or ends it."""

import logging

from django.db.models.functions import Now

from queueing.line import Line, LineAway, LineLost
from queueing.models.room import Mode
from queueing.people import person_of_user
from queueing.rooms import ROOMS
from ticketing.models import Reservation
from ticketing.models.reservation import Status
from ticketing.steps import SaleStep

logger = logging.getLogger(__name__)

SECOND = 1000  # ms


def follow_sale(step: SaleStep) -> None:
    """Keep the admission of whoever holds something; end that of who cancelled or has bought.

    Where Redis cannot be told, the tick finds the holds, and a lease that nobody ends runs out.
    """
    known = ROOMS.room_of(step.event_id)
    if known.mode == Mode.OFF:
        return
    person, line = person_of_user(step.user_id), Line(step.event_id)
    try:
        if step.kind == "held" and step.expires_at is not None:
            line.keep(person, until=int(step.expires_at.timestamp() * SECOND))
        elif (step.kind == "cancelled" or known.releases_on_buying) and not _holds_more(step):
            line.release(person)
    except (LineAway, LineLost) as error:
        logger.warning("the line did not hear of %s: %r", step, error)


def _holds_more(step: SaleStep) -> bool:
    """Tell whether they are at the till with something else still."""
    theirs = Reservation.objects.filter(user_id=step.user_id, event_id=step.event_id)
    return theirs.filter(status=Status.HELD, expires_at__gt=Now()).exists()
