"""Pages of rows by position, so that new rows never shift what was already read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from core.errors import Malformed

Row = TypeVar("Row", bound=Model)

SIGNER = signing.Signer(salt="ticketing.paging")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of those that follow; empty where none do."""

    rows: list[Row]
    next: str


def take_page(rows: "QuerySet[Row]", *, keys: Sequence[str], cursor: str, size: int) -> Page[Row]:
    """Return `size` rows after `cursor`, in the order of `keys`, the last of them unique."""
    ordered = rows.order_by(*keys)
    if cursor:
        ordered = ordered.filter(_after(keys, _read(cursor, len(keys))))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], _write(found[size - 1], keys) if more else "")


def _after(keys: Sequence[str], position: Sequence[Any]) -> Q:
    """Return the condition (a, b, c) > position, for keys of either direction."""
    condition = Q()
    for key, value in reversed(list(zip(keys, position, strict=True))):
        name = key.removeprefix("-")
        beyond = Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        condition = beyond | (Q(**{name: value}) & condition) if condition else beyond
    return condition


def _write(row: Model, keys: Sequence[str]) -> str:
    values = [getattr(row, key.removeprefix("-")) for key in keys]
    return SIGNER.sign_object(
        [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    )


def _read(cursor: str, length: int) -> list[Any]:
    try:
        position = SIGNER.unsign_object(cursor)
    except signing.BadSignature as error:
        raise Malformed from error
    if not isinstance(position, list) or len(position) != length:
        raise Malformed
    return position
