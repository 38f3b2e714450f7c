"""How we say no. A refusal is raised; `core.problems` turns it into an answer."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal: one subclass per reason, with a stable code and a sentence for people."""

    code: str = "refused"
    status: int = 409
    sentence: str | Promise = _("That is not possible right now.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts: Mapping[str, Any] = facts

    def __str__(self) -> str:
        """Return the sentence, with the facts of this refusal filled in."""
        return str(self.sentence) % self.facts if self.facts else str(self.sentence)


class NotFound(DomainError):
    code = "not_found"
    status = 404
    sentence = _("There is nothing here by that name.")


class SlowDown(DomainError):
    """Too many requests; `retry_after` is in seconds."""

    code = "slow_down"
    status = 429
    sentence = _("Too many attempts. Please wait a moment and try again.")


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    sentence = _("That is too much at once.")


class Malformed(DomainError):
    """The body or a parameter cannot be read; `errors` maps fields to sentences."""

    code = "invalid"
    status = 400
    sentence = _("Something in the request is not right.")
