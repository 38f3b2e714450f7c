"""Public ids are opaque strings; these read them back."""

from collections.abc import Iterable
from datetime import date

from core.errors import NotFound
from voting.errors import NoSuchOption
from voting.models import Kind

LONGEST = 18  # digits: what fits a bigint for certain


def row_id(public: str, *, missing: type[NotFound]) -> int:
    """Return the row that `public` names; raise `missing` where it cannot name one."""
    if public.isascii() and public.isdecimal() and len(public) <= LONGEST:
        return int(public)
    raise missing


def rows_of(publics: Iterable[str]) -> dict[str, int]:
    """Return the row that each of `publics` names; those that cannot name one are left out."""
    return {
        public: int(public)
        for public in publics
        if public.isascii() and public.isdecimal() and len(public) <= LONGEST
    }


def target_of(kind: str, public: str) -> tuple[int | None, date | None]:
    """Return the place or menu, or the day, that `public` names; raise `NoSuchOption`."""
    if kind != Kind.DATE:
        return row_id(public, missing=NoSuchOption), None
    try:
        day = date.fromisoformat(public)
    except ValueError as error:
        raise NoSuchOption from error
    if day.isoformat() != public:
        raise NoSuchOption
    return None, day
