"""The form of a layout that maps load: columns rather than objects, and cacheable for ever."""

from typing import Any

import orjson

from ticketing.seating.plan import Plan, Row

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def layout_json(plan: Plan) -> bytes:
    """Return `plan` as JSON: one entry a place in each of `labels`, `x`, `y` and `category`.

    `gaps` counts the seats of the row that lie before each aisle in it. A digit of `category` is
    the index of the place's category in base 36; `accessible` and `companion` are place numbers.
    """
    return orjson.dumps(
        {
            "version": plan.version,
            "name": plan.name,
            "width": _short(plan.width),
            "height": _short(plan.height),
            "categories": [
                {"key": one.key, "name": one.name, "colour": one.colour} for one in plan.categories
            ],
            "sections": [
                {"key": one.key, "name": one.name, "rows": [_row(row) for row in one.rows]}
                for one in plan.sections
            ],
            **_columns(plan),
            "shapes": [
                {
                    "kind": one.kind,
                    "x": _short(one.x),
                    "y": _short(one.y),
                    "width": _short(one.width),
                    "height": _short(one.height),
                    "name": one.name,
                }
                for one in plan.shapes
            ],
        }
    )


def _row(row: Row) -> dict[str, Any]:
    gaps = [run.start - row.first for run in row.runs[1:]]
    return {
        "key": row.key,
        "name": row.name,
        "first": row.first,
        "count": row.count,
        "gaps": gaps,
    }


def _columns(plan: Plan) -> dict[str, Any]:
    places = plan.places
    return {
        "labels": [place.label for place in places],
        "x": [_short(place.x) for place in places],
        "y": [_short(place.y) for place in places],
        "category": "".join([DIGITS[place.category] for place in places]),
        "accessible": [number for number, place in enumerate(places) if place.accessible],
        "companion": [number for number, place in enumerate(places) if place.companion],
    }


def _short(length: float) -> float | int:
    """Return `length` to a tenth, without a needless “.0”."""
    tenth = round(length, 1)
    return int(tenth) if tenth.is_integer() else tenth
