"""Who may stand before the sale: `hold` and `confirm` ask every guard, whoever calls them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody wants to take a step of a sale."""

    step: Literal["hold", "confirm"]
    event_id: int
    user_id: int
    admission_pass: str | None = None


Guard = Callable[[Attempt], None]

SALE_GUARDS: list[Guard] = []


def ask_guards(attempt: Attempt) -> None:
    """Let each guard raise its refusal."""
    for guard in SALE_GUARDS:
        guard(attempt)
