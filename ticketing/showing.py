"""What pages show: each page's reading in one place, with a number of queries that stays."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Now

from ticketing.errors import NoSuchEvent, NoSuchReservation
from ticketing.models import Allowance, Event, Payment, Reservation, TicketType
from ticketing.models.payment import Status as Paid
from ticketing.paging import Page, take_page

EVENTS_A_PAGE = 12
RESERVATIONS_A_PAGE = 10
TAKEN = [Paid.CAPTURED, Paid.REFUND_DUE, Paid.REFUNDED]
MOST_AT_ONCE = 10  # what a page offers where there is no limit per person


@dataclass(slots=True)
class Choice:
    """A ticket type as one person may choose it."""

    ticket_type: TicketType
    mine: int = 0
    quantity: int = 0

    @property
    def most(self) -> int:
        """How many more this person may take, whatever the stock."""
        limit = self.ticket_type.max_per_person
        return MOST_AT_ONCE if limit is None else max(limit - self.mine, 0)


@dataclass(slots=True)
class Offer:
    """An event and all its ticket types, for one person."""

    event: Event
    choices: list[Choice]

    @property
    def standing(self) -> bool:
        """Tell whether there is anything to be had by quantity alone."""
        return any(not choice.ticket_type.category for choice in self.choices)


def list_events(*, search: str, status: str, cursor: str) -> Page[Event]:
    """Return a page of events: first what can still be bought, soonest first. Two queries."""
    found = Event.objects.public().with_status().matching(search)
    over = Case(When(sale_ends_at__lte=Now(), then=Value(1)), default=Value(0))
    found = found.annotate(over=over).prefetch_related("ticket_types")
    if status:
        found = found.filter(Q(current_status=status))
    keys = ["over", "starts_at", "id"]
    return take_page(found, keys=keys, cursor=cursor, size=EVENTS_A_PAGE)


def show_offer(*, event_id: int, user_id: int | None) -> Offer:
    """Return an event and what this person may choose of it. At most three queries."""
    event = Event.objects.public().with_status().filter(pk=event_id).first()
    if event is None:
        raise NoSuchEvent
    types = list(event.ticket_types.all())
    mine = _mine(types, user_id)
    return Offer(event, [Choice(row, mine=mine.get(row.pk, 0)) for row in types])


def choose(offer: Offer, quantities: Mapping[int, int]) -> None:
    """Set what was chosen already, as far as it can be had."""
    for choice in offer.choices:
        choice.quantity = min(quantities.get(choice.ticket_type.pk, 0), choice.most)


def show_reservation(*, reservation_id: uuid.UUID, user_id: int) -> Reservation:
    """Return one's own reservation, with `overdue`, `paying` and `paid` beside its status."""
    payments = Payment.objects.filter(reservation=OuterRef("pk"))
    reservation = (
        Reservation.objects.whole()
        .prefetch_related("seats")
        .filter(pk=reservation_id, user_id=user_id)
        .annotate(
            overdue=Q(expires_at__lte=Now()),
            paying=Exists(payments.filter(status=Paid.PENDING)),
            paid=Exists(payments.filter(status__in=TAKEN)),
        )
        .first()
    )
    if reservation is None:
        raise NoSuchReservation
    return reservation


def list_reservations(*, user_id: int, cursor: str) -> Page[Reservation]:
    """Return a page of one person's reservations, the newest first. Five queries, and one for
    each layout that was never read.
    """
    mine = Reservation.objects.whole().prefetch_related("seats").filter(user_id=user_id)
    keys = ["-created_at", "id"]
    return take_page(mine, keys=keys, cursor=cursor, size=RESERVATIONS_A_PAGE)


def _mine(types: list[TicketType], user_id: int | None) -> dict[int, int]:
    limited = [row.pk for row in types if row.max_per_person is not None]
    if user_id is None or not limited:
        return {}
    rows = Allowance.objects.filter(ticket_type__in=limited, user=user_id)
    return dict(rows.values_list("ticket_type_id", "quantity"))
