"""The steps of a sale that were taken, for whoever stands before it: other apps listen.

A listener is called after the commit, and what it raises is logged: nothing depends on it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SaleStep:
    """Somebody holds something of an event until `expires_at`, has bought it, or gave it up."""

    kind: Literal["held", "confirmed", "cancelled"]
    event_id: int
    user_id: int
    expires_at: datetime | None = None


Listener = Callable[[SaleStep], None]

STEP_LISTENERS: list[Listener] = []


def tell_step(step: SaleStep) -> None:
    """Tell every listener, once the transaction has committed."""
    if STEP_LISTENERS:
        transaction.on_commit(partial(_tell, step))


def _tell(step: SaleStep) -> None:
    for listener in STEP_LISTENERS:
        try:
            listener(step)
        except Exception:
            logger.exception("nobody heard of %s", step)
