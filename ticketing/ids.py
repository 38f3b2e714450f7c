"""Public ids are opaque strings; these read them back."""

import uuid
from collections.abc import Iterable

from core.errors import NotFound

LONGEST = 18  # digits: what fits a bigint for certain


def row_id(public: str, *, missing: type[NotFound]) -> int:
    """Return the row that `public` names; raise `missing` where it cannot name one."""
    if public.isascii() and public.isdecimal() and len(public) <= LONGEST:
        return int(public)
    raise missing


def rows_of(publics: Iterable[str]) -> dict[str, int]:
    """Return the row that each of `publics` names, 0 (nobody's id) where it cannot name one."""
    return {public: _row_or_nobody(public) for public in publics}


def _row_or_nobody(public: str) -> int:
    try:
        return row_id(public, missing=NotFound)
    except NotFound:
        return 0


def uuid_of(public: str, *, missing: type[NotFound]) -> uuid.UUID:
    """Return the UUID in `public`; raise `missing` where there is none."""
    try:
        return uuid.UUID(public)
    except ValueError as error:
        raise missing from error
