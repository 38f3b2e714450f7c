"""Ending: every way in which a reservation gives its tickets back, exactly once."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from core.db import retrying
from realtime.publish import publish
from ticketing import claims, live, seat_claims
from ticketing.errors import AlreadySettled, NoLongerCancellable, NoSuchReservation
from ticketing.live_seats import publish_seats
from ticketing.models import Event, Reservation, ReservationItem, Seat, Ticket, TicketType
from ticketing.models.reservation import Status
from ticketing.services.announcing import announce_status
from ticketing.services.refunding import request_refunds
from ticketing.steps import SaleStep, tell_step

SWEEP_SIZE = 200


def expire_holds(
    *,
    of_types: Sequence[int] = (),
    of_seats: tuple[int, Sequence[int]] = (0, ()),
    of_user: int | None = None,
) -> int:
    """Expire the holds whose time is over; return how many.

    All of them, or only those in the way of who wants these ticket types, these seats (an event
    and its seats' numbers), or more than one person may have.

    Time does the expiring; this only gives back and tells. Any number may run at once.
    """
    total = 0
    while True:
        due = Reservation.objects.due().order_by("expires_at")
        if of_types or of_seats[1] or of_user is not None:
            due = due.filter(_in_the_way(of_types, of_seats, of_user))
        ids = list(due.values_list("pk", flat=True)[:SWEEP_SIZE])
        if not ids:
            return total
        total += len(_end(ids=ids, was=Status.HELD, becomes=Status.EXPIRED, only_due=True))


def _in_the_way(types: Sequence[int], seats: tuple[int, Sequence[int]], user_id: int | None) -> Q:
    event_id, numbers = seats
    items = ReservationItem.objects.filter(reservation=OuterRef("pk"), ticket_type__in=types)
    taken = Seat.objects.filter(
        reservation=OuterRef("pk"), event=event_id, number__in=list(numbers)
    )
    return Q(Exists(items)) | Q(Exists(taken)) | Q(user=user_id)


def cancel_reservation(*, reservation_id: uuid.UUID, user_id: int | None = None) -> Reservation:
    """Give a reservation up; a paid one is refunded. Operators pass no `user_id`.

    Raises `AlreadySettled` once it has ended, `NoLongerCancellable` after the event's deadline.
    """
    reservation = owned(reservation_id=reservation_id, user_id=user_id)
    if reservation.status not in {Status.HELD, Status.CONFIRMED}:
        raise AlreadySettled(became=reservation.status)
    if reservation.status == Status.CONFIRMED and user_id is not None:
        _check_deadline(reservation)
    was = Status(reservation.status)
    if not _end(ids=[reservation.pk], was=was, becomes=Status.CANCELLED, only_due=False):
        now_is = Reservation.objects.values_list("status", flat=True).get(pk=reservation.pk)
        raise AlreadySettled(became=now_is)
    if was == Status.HELD and user_id is not None:
        tell_step(SaleStep("cancelled", reservation.event_id, user_id))
    return Reservation.objects.whole().get(pk=reservation.pk)


def cancel_all_of(*, event_id: int) -> int:
    """Cancel what still lives of a cancelled event, in portions; return how many."""
    total = 0
    for was in (Status.HELD, Status.CONFIRMED):
        while True:
            live_ones = Reservation.objects.filter(event=event_id, status=was).order_by("pk")
            ids = list(live_ones.values_list("pk", flat=True)[:SWEEP_SIZE])
            if not ids:
                break
            total += len(_end(ids=ids, was=was, becomes=Status.CANCELLED, only_due=False))
    return total


def cancelled_events_with_reservations() -> list[int]:
    """Return the cancelled events of which something still lives."""
    live_ones = Reservation.objects.live().filter(event__cancelled_at__isnull=False)
    return list(live_ones.order_by().values_list("event_id", flat=True).distinct())


def owned(*, reservation_id: uuid.UUID, user_id: int | None) -> Reservation:
    """Return the reservation; to anybody but its owner (and operators) there is none."""
    found = Reservation.objects.select_related("event").filter(pk=reservation_id)
    if user_id is not None:
        found = found.filter(user=user_id)
    reservation = found.first()
    if reservation is None:
        raise NoSuchReservation
    return reservation


@retrying
@transaction.atomic(durable=True)
def _end(*, ids: Sequence[uuid.UUID], was: str, becomes: str, only_due: bool) -> list[uuid.UUID]:
    """Step `ids`, give back what they claimed, tell everyone; return the ones that stepped."""
    ended = claims.step(ids=ids, was=was, becomes=becomes, only_due=only_due)
    if not ended:
        return []
    claims.give_back_allowances(ids=ended)
    sold = was == Status.CONFIRMED
    moved = claims.move_stock(ids=ended, held=0 if sold else -1, sold=-1 if sold else 0)
    if moved.seated:
        publish_seats(seat_claims.free_seats(ids=ended))
    if sold:
        Ticket.objects.filter(reservation__in=ended).update(voided_at=Now())
        request_refunds(reservation_ids=ended)
    _tell(ended=ended, moved=moved.types)
    return ended


def _tell(*, ended: Sequence[uuid.UUID], moved: Sequence[int]) -> None:
    types = TicketType.objects.filter(pk__in=moved).select_related("event")
    for ticket_type in types:
        publish(
            live.event_topic(ticket_type.event_id),
            live.stock_changes([ticket_type], event=ticket_type.event),
        )
    for reservation in Reservation.objects.filter(pk__in=ended):
        publish(live.user_topic(reservation.user_id), [live.reservation_change(reservation)])
    events = {ticket_type.event_id for ticket_type in types}
    transaction.on_commit(lambda: announce_status(event_ids=events), robust=True)


def _check_deadline(reservation: Reservation) -> None:
    """Refuse when the event's deadline has passed by the database's clock."""
    in_time = Q(cancellable_until__gt=Now()) | Q(cancellable_until=None, starts_at__gt=Now())
    if not Event.objects.filter(in_time, pk=reservation.event_id).exists():
        raise NoLongerCancellable
