"""Small layouts, as documents and as plans."""

from typing import Any

from ticketing.seating.documents import read_layout
from ticketing.seating.plan import Plan


def seat(label: object, x: float = 0, y: float = 0, category: str = "A", **more: Any) -> dict:
    return {"label": str(label), "x": x, "y": y, "category": category, **more}


def document(**changes: Any) -> dict:
    """Return a layout of one section with two rows of three and two seats."""
    first = [seat(1, 10, 10), seat(2, 30, 10, aisle_after=True), seat(3, 50, 10)]
    second = [seat(1, 10, 30), seat(2, 30, 30, accessible=True)]
    rows = [{"key": "1", "seats": first}, {"key": "2", "name": "2열", "seats": second}]
    return {
        "name": "소극장",
        "width": 100,
        "height": 80,
        "categories": [{"key": "A", "name": "A석"}],
        "sections": [{"key": "S", "name": "Stalls", "rows": rows}],
        **changes,
    }


def plan_of(*rows: str, across: float = 20, down: float = 24) -> Plan:
    """Return a plan drawn row by row, front first.

    A letter is a seat of that category, “|” an aisle before the next seat; “a” and “c” are
    accessible and companion seats of category A.
    """
    made = []
    for number, drawn in enumerate(rows, 1):
        letters = drawn.replace("|", "")
        seats = [
            seat(
                position,
                20 + across * position,
                40 + down * number,
                letter.upper().replace("C", "A"),
            )
            for position, letter in enumerate(letters, 1)
        ]
        for one, letter in zip(seats, letters, strict=True):
            one.update(accessible=letter == "a", companion=letter == "c")
        before = 0
        for part in drawn.split("|")[:-1]:
            before += len(part)
            seats[before - 1]["aisle_after"] = True
        made.append({"key": str(number), "seats": seats})
    widest = max(len(row) for row in rows)
    return read_layout(
        {
            "name": "Test",
            "width": 60 + across * widest,
            "height": 80 + down * len(rows),
            "categories": [
                {"key": key} for key in sorted({"A", *"".join(rows).upper()} - {"C", "|"})
            ],
            "sections": [{"key": "S", "rows": made}],
        }
    )
