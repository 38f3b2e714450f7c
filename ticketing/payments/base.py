"""What a payment provider must be able to do."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Charge:
    """What to collect. `key` makes a repeated request the same request."""

    key: uuid.UUID
    amount: int
    currency: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a charge; `pending` means that nobody knows yet."""

    state: Literal["captured", "declined", "pending"]
    reference: str = ""
    reason: str = ""


class ProviderTimeout(Exception):
    """The provider did not answer in time; it may or may not have taken the money."""


class Provider(ABC):
    name: str

    @abstractmethod
    def check(self, details: Mapping[str, Any]) -> None:
        """Refuse `details` that cannot be right, before anything is written."""

    @abstractmethod
    def charge(self, charge: Charge) -> Outcome:
        """Collect the money, once per `charge.key`, within 10 s, or raise `ProviderTimeout`."""

    @abstractmethod
    def lookup(self, key: uuid.UUID) -> Outcome | None:
        """Return what became of the charge `key`, None where it never arrived.

        Raise where the provider cannot be asked: it is asked again.
        """

    @abstractmethod
    def refund(self, key: uuid.UUID) -> None:
        """Give the money of `key` back, once, or raise: it is asked again."""

    @abstractmethod
    def read_webhook(self, *, headers: Mapping[str, str], body: bytes) -> tuple[uuid.UUID, Outcome]:
        """Return whose charge a webhook speaks of; raises `core.errors.DomainError` if forged."""
