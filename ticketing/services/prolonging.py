"""Prolonging: more time to choose and to pay, once."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from core.db import retrying
from realtime.publish import publish
from ticketing import live, seat_claims
from ticketing.errors import AlreadyProlonged, AlreadySettled, HoldExpired
from ticketing.models import Reservation
from ticketing.models.reservation import Status
from ticketing.services.ending import owned


@retrying
@transaction.atomic(durable=True)
def prolong_hold(*, reservation_id: uuid.UUID, user_id: int) -> Reservation:
    """Let a hold begin its minutes anew, once; so nobody keeps seats for more than twice as long.

    Raises `AlreadyProlonged` the second time, `HoldExpired` when it is too late.
    """
    owned(reservation_id=reservation_id, user_id=user_id)
    rows = Reservation.objects.filter(pk=reservation_id)
    row = rows.select_for_update(no_key=True, of=("self",)).select_related("event").get()
    if row.status not in {Status.HELD, Status.EXPIRED}:
        raise AlreadySettled(became=row.status)
    if row.prolonged_at is not None:
        raise AlreadyProlonged
    full = Now() + timedelta(minutes=row.event.hold_minutes)
    alive = rows.filter(status=Status.HELD, expires_at__gt=Now())
    if not alive.update(
        expires_at=Greatest(F("expires_at"), full),
        prolonged_at=Now(),
        version=F("version") + 1,
    ):
        raise HoldExpired
    if row.event.layout_id is not None:
        seat_claims.keep_seats(ids=[reservation_id])
    row = Reservation.objects.whole().get(pk=reservation_id)
    publish(live.user_topic(user_id), [live.reservation_change(row)])
    return row
