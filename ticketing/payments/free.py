"""Nothing to pay: tickets that cost nothing are paid at once."""

import uuid
from collections.abc import Mapping
from typing import Any

from core.errors import NotFound
from ticketing.payments.base import Charge, Outcome, Provider


class Free(Provider):
    name = "free"

    def check(self, details: Mapping[str, Any]) -> None:
        """Accept whatever comes with nothing to pay."""

    def charge(self, charge: Charge) -> Outcome:
        return Outcome("captured")

    def lookup(self, key: uuid.UUID) -> Outcome | None:
        return Outcome("captured")

    def refund(self, key: uuid.UUID) -> None:
        return None

    def read_webhook(self, *, headers: Mapping[str, str], body: bytes) -> tuple[uuid.UUID, Outcome]:
        raise NotFound
