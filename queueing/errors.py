"""How queueing says no."""

from typing import Literal

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

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
