"""How ticketing says no."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Malformed, NotFound


class SoldOut(DomainError):
    """`available` maps ticket type ids to what is left."""

    code = "sold_out"
    sentence = _("There are not enough tickets left.")


class SeatsTaken(DomainError):
    """`seats` are somebody else's; `alternatives` are groups of free ones near them."""

    code = "seats_taken"
    sentence = _("Somebody else was faster.")


class StrandedSeat(DomainError):
    """`seats` would be left alone between taken ones; each of `alternatives` leaves none so."""

    code = "stranded_seat"
    sentence = _("This would leave a single seat that nobody wants. Please move over by one.")


class NoSeatsTogether(DomainError):
    code = "no_seats_together"
    sentence = _("There are not so many free seats side by side.")


class AlreadyProlonged(DomainError):
    code = "already_prolonged"
    sentence = _("You have had more time once already.")


class SaleClosed(DomainError):
    code = "sale_closed"
    sentence = _("Tickets are not on sale right now.")


class LimitExceeded(DomainError):
    code = "limit_exceeded"
    status = 422
    sentence = _("That is more than one person may have.")


class HoldExpired(DomainError):
    code = "hold_expired"
    status = 410
    sentence = _("The time to pay is over, and the tickets went back on sale.")


class AlreadySettled(DomainError):
    """The reservation has left the state that this step starts from; `became` says where it is."""

    code = "already_settled"
    sentence = _("This reservation has changed in the meantime.")


class NoLongerCancellable(DomainError):
    code = "too_late_to_cancel"
    sentence = _("The deadline for cancelling has passed.")


class PaymentDeclined(DomainError):
    """`reason` is the provider's code."""

    code = "payment_declined"
    status = 402
    sentence = _("The payment was declined. Please try another card.")


class PaymentPending(DomainError):
    code = "payment_pending"
    sentence = _("A payment for this reservation is under way.")


class IdempotencyMismatch(DomainError):
    code = "idempotency_mismatch"
    status = 422
    sentence = _("This idempotency key was used for a different request.")


class NoSuchEvent(NotFound):
    code = "no_such_event"
    sentence = _("There is no such event.")


class NoSuchTicketType(NotFound):
    code = "no_such_ticket_type"
    sentence = _("This event has no such ticket type.")


class NoSuchSeat(NotFound):
    """`seats` are the ids that name none of the event's."""

    code = "no_such_seat"
    sentence = _("This event has no such seat.")


class NoSuchReservation(NotFound):
    code = "no_such_reservation"
    sentence = _("There is no such reservation.")


class WrongQuantity(Malformed):
    code = "invalid_quantity"
    sentence = _("Choose a whole number of tickets, at least one.")


class NothingChosen(Malformed):
    code = "nothing_chosen"
    sentence = _("Choose at least one seat.")


class UnknownProvider(Malformed):
    code = "unknown_provider"
    sentence = _("There is no such way to pay.")


class NoSuchLayout(NotFound):
    code = "no_such_layout"
    sentence = _("There is no seat map here.")


class NoSuchCategory(Malformed):
    """`categories` are named in one of layout and prices, and not in the other."""

    code = "no_such_category"
    sentence = _("The prices do not fit the categories of the layout.")


class SeatsInUse(DomainError):
    code = "seats_in_use"
    sentence = _("Seats of this event have been reserved; its layout can no longer change.")


class CapacityTooSmall(DomainError):
    """`committed` is what is sold and held: the least that the capacity can be."""

    code = "capacity_too_small"
    sentence = _("%(committed)s tickets are sold or held; the capacity cannot be less.")


class SeatsAreCounted(DomainError):
    """What has seats has as many tickets as it has seats that are not blocked."""

    code = "seats_are_counted"
    sentence = _("These tickets are seats: block or unblock seats to change how many there are.")


class AlreadyCancelled(DomainError):
    code = "already_cancelled"
    sentence = _("This event has been cancelled.")
