from ticketing.admin.events import EventAdmin
from ticketing.admin.halls import HallAdmin
from ticketing.admin.reservations import PaymentAdmin, ReservationAdmin

__all__ = ["EventAdmin", "HallAdmin", "PaymentAdmin", "ReservationAdmin"]
