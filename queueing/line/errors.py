"""How a line says no."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

RETRY_AFTER = 5  # seconds


class LineAway(DomainError):
    """Redis does not answer, so nobody new is let in; nobody's place is lost by it."""

    code = "line_away"
    status = 503
    sentence = _("This is not available right now. Please try again in a moment.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(retry_after=RETRY_AFTER, **facts)


class LineLost(Exception):
    """Redis knows nothing of the line: it has to be begun, with numbers never given before."""


class OutOfNumbers(Exception):
    """The line is `short` of numbers: so many more at least have to be reserved."""

    def __init__(self, short: int = 1) -> None:
        super().__init__(short)
        self.short = short


class Void(Exception):
    """A place or a pass cannot be brought back: given up, used, revoked, or of another epoch."""
