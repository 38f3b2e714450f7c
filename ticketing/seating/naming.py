"""Where seats are, as people say it in their own language."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ticketing.seating.plan import Plan

HANGUL = re.compile("[가-힣]")


def local_name(name: str) -> str:
    """Return the reader's half of a name in two languages, such as "1층 / Stalls"."""
    halves = name.split(" / ")
    korean = [half for half in halves if HANGUL.search(half)]
    if len(halves) != 2 or len(korean) != 1:
        return name
    [other] = [half for half in halves if half not in korean]
    return korean[0] if get_language() == "ko" else other


def name_seats(plan: Plan, numbers: Iterable[int]) -> list[str]:
    """Return where seats are, those of a row in one breath: "Stalls B, row 7, seats 3–5"."""
    by_row = groupby(sorted(numbers), key=lambda number: plan.row_indexes[number])
    return [_name_row(plan, list(group)) for _index, group in by_row]


def name_seat(plan: Plan, number: int) -> str:
    """Return where one seat is."""
    return _name_row(plan, [number])


def _name_row(plan: Plan, numbers: Sequence[int]) -> str:
    row = plan.row_of(numbers[0])
    section = next(one.name for one in plan.sections if one.key == row.section)
    seats = _shorten([plan.places[number].label for number in numbers])
    facts = {"section": local_name(section), "row": row.name, "seats": seats, "seat": seats}
    if len(numbers) == 1:
        return _("%(section)s, row %(row)s, seat %(seat)s") % facts
    return _("%(section)s, row %(row)s, seats %(seats)s") % facts


def _shorten(labels: list[str]) -> str:
    """Return labels in a few characters: numbers in order, those that follow each other as one."""
    if not all(label.isascii() and label.isdecimal() for label in labels):
        return ", ".join(labels)
    spans: list[list[int]] = []
    for number in sorted(map(int, labels)):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in spans)
