"""Places as tables: one line a place, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from voting.errors import WrongFields, WrongTable
from voting.models import Place
from voting.services.gathering import checked_place
from voting.words import clean_line

COLUMNS = ("name", "address", "phone", "link", "price_level", "distance", "menus", "memo")
NUMBERS = ("price_level", "distance")
BETWEEN_MENUS = ";"
LARGEST = 1024 * 1024  # bytes
MOST_LINES = 5_000
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take these for a formula

Line = tuple[Place, list[str]]  # the place, and the names of its menus


def read_places(table: bytes | str) -> list[Line]:
    """Return what `table` says, in UTF-8; raise `WrongTable` with all that is wrong, by line."""
    errors: dict[str, list[str]] = {}
    lines = [_read(number, row, errors) for number, row in _rows(_decode(table), errors)]
    if errors:
        raise WrongTable(errors=errors)
    return [line for line in lines if line is not None]


def write_places(places: Iterable[Place]) -> str:
    """Return `places`, whose menus were read along, as a table that `read_places` reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for place in places:
        menus = BETWEEN_MENUS.join(menu.name for menu in place.menus.all())
        values = [menus if name == "menus" else getattr(place, name) for name in COLUMNS]
        writer.writerow(["" if value is None else _harmless(str(value)) for value in values])
    return text.getvalue()


def _decode(table: bytes | str) -> str:
    if len(table) > LARGEST:
        raise WrongTable(errors={_("the table"): [_("It may have 1 MB at most.")]})
    if isinstance(table, str):
        return table.removeprefix("\ufeff")
    try:
        return table.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = [_("It is not in UTF-8.")]
        raise WrongTable(errors={_("the table"): wrong}) from error


def _rows(text: str, errors: dict[str, list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line by its number; what cannot be told apart is an error of the whole."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        if "name" not in head or len(set(head)) < len(head):
            errors[_line(1)] = [_("The first line has to name the columns, “name” among them.")]
            return
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            if reader.line_num > MOST_LINES:
                errors[_line(reader.line_num)] = [_("There are too many lines.")]
                return
            yield reader.line_num, dict(zip(head, row, strict=False))
    except csv.Error:
        errors[_line(reader.line_num)] = [_("The quotation marks do not match.")]


def _read(number: int, row: dict[str, str], errors: dict[str, list[str]]) -> Line | None:
    fields: dict[str, Any] = {
        name: _plain(row[name]) for name in COLUMNS if name != "menus" and row.get(name)
    }
    wrong = [_number(fields, name) for name in NUMBERS]
    try:
        place = checked_place({"name": "", **fields})
    except WrongFields as error:
        wrong += [f"{name}: {' '.join(said)}" for name, said in error.facts["errors"].items()]
    if any(wrong):
        errors[_line(number)] = [said for said in wrong if said]
        return None
    menus = map(clean_line, _plain(row.get("menus", "")).split(BETWEEN_MENUS))
    return place, [name for name in menus if name]


def _number(fields: dict[str, Any], name: str) -> str | None:
    """Read one number in place; return what is wrong with it, if anything."""
    text = fields.pop(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return f"{name}: {_('This is not a whole number.')}"
    fields[name] = int(text)
    return None


def _line(number: int) -> str:
    return f"line {number}"


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(RISKY) else value


def _plain(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(RISKY) else value
