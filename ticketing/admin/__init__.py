from ticketing.admin.events import EventAdmin
from ticketing.admin.reservations import PaymentAdmin, ReservationAdmin

__all__ = ["EventAdmin", "PaymentAdmin", "ReservationAdmin"]
