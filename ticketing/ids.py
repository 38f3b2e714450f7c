"""Public ids are opaque strings; these read them back."""

import uuid

from core.errors import NotFound

LONGEST = 18  # digits: what fits a bigint for certain


def row_id(public: str, *, missing: type[NotFound]) -> int:
    """Return the row that `public` names; raise `missing` where it cannot name one."""
    if public.isascii() and public.isdecimal() and len(public) <= LONGEST:
        return int(public)
    raise missing


def uuid_of(public: str, *, missing: type[NotFound]) -> uuid.UUID:
    """Return the UUID in `public`; raise `missing` where there is none."""
    try:
        return uuid.UUID(public)
    except ValueError as error:
        raise missing from error
