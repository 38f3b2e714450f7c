"""What a layout may be at most, and how we say no to one."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Malformed

MOST_SEATS = 50_000
MOST_ROWS = 2_000
MOST_SECTIONS = 200
MOST_CATEGORIES = 20
MOST_SHAPES = 200
LARGEST = 100_000  # units, either way
LONGEST_KEY = 40  # of a seat
LONGEST_PART = 36  # of that, for a section, a row or a label: “-” joins the three
LONGEST_NAME = 80

Errors = list[tuple[str, str]]  # a place in the document, and a sentence


class WrongLayout(Malformed):
    """`errors` lists all that is wrong: each a place in the document and a sentence.

    A place is like “sections[0].rows[3].seats[7]” or “line 12”; that of the whole is empty.
    """

    code = "wrong_layout"
    status = 422
    sentence = gettext_lazy("This layout cannot be used.")

    def __init__(self, errors: Errors) -> None:
        super().__init__(errors=errors)
        self.errors = errors

    def __str__(self) -> str:
        """Return the sentence and all errors, a line each."""
        return "\n".join(
            [str(self.sentence), *(": ".join(filter(None, one)) for one in self.errors)]
        )


def refuse_too_large(document: Any) -> None:
    """Raise `WrongLayout` for more than anyone draws, before any of it is looked at."""
    if errors := list(_exceeded(document)):
        raise WrongLayout(errors)


def refuse_too_many_seats(count: int, place: str) -> None:
    """Raise `WrongLayout` where `count` seats are more than a layout may have."""
    if count > MOST_SEATS:
        raise WrongLayout([_too_many_seats(count, place)])


def _exceeded(document: Any) -> Iterator[tuple[str, str]]:
    sections = _list(document, "sections")
    if len(sections) > MOST_SECTIONS:
        yield "sections", _at_most(_("A layout has at most %(most)s sections."), MOST_SECTIONS)
        return
    rows = [row for section in sections for row in _list(section, "rows")]
    seats = sum(len(_list(row, "seats")) for row in rows)
    if len(rows) > MOST_ROWS:
        yield "sections", _at_most(_("A layout has at most %(most)s rows."), MOST_ROWS)
    if seats > MOST_SEATS:
        yield _too_many_seats(seats, "sections")
    if len(_list(document, "categories")) > MOST_CATEGORIES:
        sentence = _at_most(_("A layout has at most %(most)s categories."), MOST_CATEGORIES)
        yield "categories", sentence
    if len(_list(document, "shapes")) > MOST_SHAPES:
        yield "shapes", _at_most(_("A layout has at most %(most)s shapes."), MOST_SHAPES)


def _too_many_seats(count: int, place: str) -> tuple[str, str]:
    sentence = _("A layout has at most %(most)s seats, and this one has %(count)s.")
    return place, sentence % {"most": f"{MOST_SEATS:,}", "count": f"{count:,}"}


def _at_most(sentence: str, most: int) -> str:
    return sentence % {"most": f"{most:,}"}


def _list(value: Any, field: str) -> list[Any]:
    found = value.get(field) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
