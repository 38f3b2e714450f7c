from ticketing.models.event import Event, TicketType
from ticketing.models.payment import Payment
from ticketing.models.reservation import Allowance, Reservation, ReservationItem, Ticket
from ticketing.models.sandbox import SandboxCharge

__all__ = [
    "Allowance",
    "Event",
    "Payment",
    "Reservation",
    "ReservationItem",
    "SandboxCharge",
    "Ticket",
    "TicketType",
]
