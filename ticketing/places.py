"""Where the seats of a reservation are, for pages, mail and answers."""

from ticketing.models import Reservation, ReservationItem, Ticket
from ticketing.plans import plan_of
from ticketing.seating.naming import name_seat, name_seats
from ticketing.seating.plan import Plan


def places_of_item(item: ReservationItem) -> list[str]:
    """Return where the seats of one ticket type are, a row each; [] for those who stand.

    Asks the database where the `seats` of its reservation are not loaded yet.
    """
    plan = _plan(item.reservation)
    if plan is None or not item.ticket_type.category:
        return []
    seats = item.reservation.seats.all()
    kind = item.ticket_type_id
    return name_seats(plan, [seat.number for seat in seats if seat.ticket_type_id == kind])


def place_of_ticket(ticket: Ticket) -> str:
    """Return where one sits with a ticket; empty where one stands."""
    plan = _plan(ticket.reservation)
    if plan is None or ticket.seat_id is None:
        return ""
    numbers = {seat.pk: seat.number for seat in ticket.reservation.seats.all()}
    return name_seat(plan, numbers[ticket.seat_id]) if ticket.seat_id in numbers else ticket.place


def _plan(reservation: Reservation) -> Plan | None:
    layout_id = reservation.event.layout_id
    return None if layout_id is None else plan_of(layout_id)
