"""How queueing says no."""

from typing import Literal

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, NotFound

Reason = Literal["forged", "expired", "other_event", "other_person", "other_epoch"]


class AdmissionRequired(DomainError):
    code = "admission_required"
    status = 403
    sentence = _("Please join the line: you can buy when it is your turn.")


class ProofRefused(DomainError):
    """A signed proof is none, or is not one of this; `reason` says which."""

    code = "proof_refused"
    status = 403
    sentence = _("This is no valid proof of your place in the line.")

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason=reason)

    @property
    def reason(self) -> str:
        """Why it was refused."""
        return str(self.facts["reason"])


class PassRefused(ProofRefused):
    code = "pass_refused"
    sentence = _("Your turn is over, or this pass was given to somebody else.")


class PlaceRefused(ProofRefused):
    code = "place_refused"


class NoSuchRoom(NotFound):
    code = "no_such_room"
    sentence = _("This event has no waiting room.")


class WrongSettings(DomainError):
    """`errors` maps fields to what is wrong with them, `sentence` says it all in a line."""

    code = "wrong_settings"
    status = 422
    sentence = _("These settings do not go together: %(said)s")


class PlacesDrawn(DomainError):
    code = "places_drawn"
    sentence = _("The places have been drawn; the opening stays as it was.")


class DrawUnderWay(DomainError):
    code = "draw_under_way"
    sentence = _("The places are being drawn. Please try again in a moment.")


class NotInLine(DomainError):
    code = "not_in_line"
    status = 404
    sentence = _("Nobody like that waits here or was let in.")


class AlreadyCleared(DomainError):
    code = "already_cleared"
    sentence = _("Somebody else has cleared the line meanwhile.")
