from ticketing.models.event import Event, TicketType
from ticketing.models.hall import Hall, Layout
from ticketing.models.payment import Payment
from ticketing.models.reservation import Allowance, Reservation, ReservationItem, Ticket
from ticketing.models.sandbox import SandboxCharge
from ticketing.models.seat import Seat

__all__ = [
    "Allowance",
    "Event",
    "Hall",
    "Layout",
    "Payment",
    "Reservation",
    "ReservationItem",
    "SandboxCharge",
    "Seat",
    "Ticket",
    "TicketType",
]
