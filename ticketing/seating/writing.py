"""A plan as its document, in the one form from which its version is taken."""

import hashlib
from dataclasses import replace
from typing import Any

import orjson

from ticketing.seating.plan import Category, Place, Plan, Row, Section, Shape

FORMAT = "jari-layout-1"


def document_of(plan: Plan) -> dict[str, Any]:
    """Return the document of `plan`, without what need not be said."""
    return {
        "format": FORMAT,
        "name": plan.name,
        "width": plain(plan.width),
        "height": plain(plan.height),
        "categories": [_category(one) for one in plan.categories],
        "sections": [_section(plan, one) for one in plan.sections],
        "shapes": [_shape(one) for one in plan.shapes],
    }


def with_version(plan: Plan) -> Plan:
    """Return `plan` named by the digest of its document."""
    canonical = orjson.dumps(document_of(plan), option=orjson.OPT_SORT_KEYS)
    return replace(plan, version=hashlib.sha256(canonical).hexdigest()[:20])


def _category(category: Category) -> dict[str, Any]:
    return {**_named(category), "colour": category.colour}


def _section(plan: Plan, section: Section) -> dict[str, Any]:
    return {**_named(section), "rows": [_row(plan, one) for one in section.rows]}


def _row(plan: Plan, row: Row) -> dict[str, Any]:
    keys = [category.key for category in plan.categories]
    seats = [_seat(plan.places[number], keys) for number in row.numbers]
    for run in row.runs[:-1]:
        seats[run.stop - 1 - row.first]["aisle_after"] = True
    return {**_named(row), "seats": seats}


def _seat(place: Place, categories: list[str]) -> dict[str, Any]:
    seat: dict[str, Any] = {
        "label": place.label,
        "x": plain(place.x),
        "y": plain(place.y),
        "category": categories[place.category],
    }
    if place.accessible:
        seat["accessible"] = True
    if place.companion:
        seat["companion"] = True
    return seat


def _shape(shape: Shape) -> dict[str, Any]:
    return {
        "kind": shape.kind,
        "x": plain(shape.x),
        "y": plain(shape.y),
        "width": plain(shape.width),
        "height": plain(shape.height),
        **({"name": shape.name} if shape.name else {}),
    }


def _named(one: Category | Section | Row) -> dict[str, Any]:
    return {"key": one.key} if one.name == one.key else {"key": one.key, "name": one.name}


def plain(length: float) -> float | int:
    """Return `length` without a needless “.0”."""
    return int(length) if length.is_integer() else length
