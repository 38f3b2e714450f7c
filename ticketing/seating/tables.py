"""Layouts as tables: one line a seat, for spreadsheets."""

import csv
import io
from collections.abc import Iterator
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from ticketing.seating.documents import read_layout, write_layout
from ticketing.seating.fields import Reader
from ticketing.seating.limits import LARGEST, Errors, WrongLayout, refuse_too_many_seats
from ticketing.seating.plan import Plan
from ticketing.seating.writing import plain

NEEDED = ("section", "row", "label", "x", "y", "category")
COLUMNS = (*NEEDED, "accessible", "companion", "aisle_after")
FLAGS = COLUMNS[len(NEEDED) :]
YES = frozenset(("1", "yes", "y", "true", "x", "o", "예"))
NO = frozenset(("", "0", "no", "n", "false", "아니요"))
MARGIN = 40

Document = dict[str, Any]


def read_table(table: bytes | str, *, name: str, base: Plan | None = None) -> Plan:
    """Return the plan that `table` draws; raise `WrongLayout` with all that is wrong, by line.

    The size, the shapes, and what sections, rows and categories are called besides their keys are
    taken from `base`, as a table says nothing of them.
    """
    text = _decode(table)
    refuse_too_many_seats(sum(map(bool, map(str.strip, text.splitlines()))) - 1, "")
    size = (base.width, base.height) if base else (LARGEST, LARGEST)
    errors: Errors = []
    sheet = _Sheet(size, errors)
    for page in _records(text, errors):
        sheet.add(page)
    if errors:
        raise WrongLayout(errors)
    return read_layout(sheet.document(name, write_layout(base) if base else None))


def write_table(plan: Plan) -> str:
    """Return `plan` as a table with a head line; `read_table` reads it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    aisles = {run.stop - 1 for row in plan.rows for run in row.runs[:-1]}
    for number, place in enumerate(plan.places):
        flags = (place.accessible, place.companion, number in aisles)
        writer.writerow(
            (
                *(place.section, place.row, place.label, plain(place.x), plain(place.y)),
                plan.categories[place.category].key,
                *("1" if flag else "" for flag in flags),
            )
        )
    return text.getvalue()


class _Sheet:
    """The lines of a table, sorted into sections and rows as they come."""

    def __init__(self, size: tuple[float, float], errors: Errors) -> None:
        self.size = size
        self.errors = errors
        self.keys: set[str] = set()
        self.sections: dict[str, dict[str, list[Document]]] = {}
        self.categories: dict[str, None] = {}

    def add(self, page: Reader) -> None:
        """Read one line."""
        section, row, label = (page.key(column) for column in NEEDED[:3])
        x, y = page.point(self.size)
        category = page.key("category")
        if section and row and label:
            key = page.seat_key(section, row, label)
            if key in self.keys:
                page.complain(_("“%(key)s” is here twice."), key=key)
            self.keys.add(key)
        self.categories[category] = None
        seat = {"label": label, "x": x, "y": y, "category": category}
        flags = {column: page.flag(column) for column in FLAGS}
        self.sections.setdefault(section, {}).setdefault(row, []).append({**seat, **flags})

    def document(self, name: str, base: Document | None) -> Document:
        """Return the layout, with what `base` knows and a table does not."""
        known = base or {}
        sections = _by_key(known.get("sections", []))
        categories = _by_key(known.get("categories", []))
        used = [key for key in self.categories if key not in categories]
        return {
            **self._size(base),
            "name": name,
            "categories": [*categories.values(), *({"key": key} for key in used)],
            "sections": [
                _section(key, rows, sections.get(key, {})) for key, rows in self.sections.items()
            ],
            "shapes": known.get("shapes", []),
        }

    def _size(self, base: Document | None) -> Document:
        if base:
            return {"width": base["width"], "height": base["height"]}
        seats = [seat for rows in self.sections.values() for row in rows.values() for seat in row]
        width, height = (max((seat[axis] for seat in seats), default=0) for axis in "xy")
        return {
            "width": min(ceil(width) + MARGIN, LARGEST),
            "height": min(ceil(height) + MARGIN, LARGEST),
        }


def _section(key: str, rows: dict[str, list[Document]], known: Document) -> Document:
    before = _by_key(known.get("rows", []))
    made = [
        {"key": row, "name": before.get(row, {}).get("name"), "seats": seats}
        for row, seats in rows.items()
    ]
    return {"key": key, "name": known.get("name"), "rows": made}


def _by_key(things: list[Document]) -> dict[str, Document]:
    return {one["key"]: one for one in things}


def _decode(table: bytes | str) -> str:
    if isinstance(table, str):
        return table.removeprefix("\ufeff")
    try:
        return table.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = table.count(b"\n", 0, error.start) + 1
        wrong = (_line(line), _("The table must be in UTF-8, as “CSV UTF-8” in Excel."))
        raise WrongLayout([wrong]) from error


def _records(text: str, errors: Errors) -> Iterator[Reader]:
    """Yield a reader of each line after the first; empty ones are passed over."""
    first = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        columns = _head(next(lines, []))
        for cells in lines:
            if any(map(str.strip, cells)):
                yield _record(columns, cells, _line(lines.line_num), errors)
    except csv.Error:
        errors.append((_line(lines.line_num), _("This is not a line of a table.")))


def _head(cells: list[str]) -> list[str]:
    """Return the columns that a table has; raise `WrongLayout` unless all of them make sense."""
    columns = [cell.strip().lower() for cell in cells]
    errors = [
        (_line(1), _("“%(field)s” is missing.") % {"field": column})
        for column in NEEDED
        if column not in columns
    ]
    for position, column in enumerate(columns):
        if column not in COLUMNS:
            wrong = _("“%(field)s” is not known here.") % {"field": column[:40]}
            errors.append((_line(1), wrong))
        elif column in columns[:position]:
            errors.append((_line(1), _("“%(key)s” is here twice.") % {"key": column}))
    if errors:
        raise WrongLayout(errors)
    return columns


def _record(columns: list[str], cells: list[str], place: str, errors: Errors) -> Reader:
    words = dict(zip(columns, map(str.strip, cells), strict=False))
    page = Reader({column: _value(column, word) for column, word in words.items()}, place, errors)
    if any(map(str.strip, cells[len(columns) :])):
        page.complain(_("There are more values than columns."))
    return page


def _value(column: str, word: str) -> Any:
    """Return what `word` says in `column`; the word itself if that is nothing sensible."""
    if column in FLAGS:
        return word.lower() in YES if word.lower() in YES | NO else word
    if column in ("x", "y") and "_" not in word:
        try:
            return float(word)
        except ValueError:
            pass
    return word or None


def _line(number: int) -> str:
    return _("line %(number)s") % {"number": number}
