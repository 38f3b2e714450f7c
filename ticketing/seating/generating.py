"""Rows of seats by the dozen: straight blocks and arcs, as parts of a layout's document.

The audience looks to smaller y. `frame` moves a finished drawing to where it may lie.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, hypot, inf, radians, sin
from typing import Any

from ticketing.seating.numbering import Numbering, count_rows, number_seats

Document = dict[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Counting:
    """How the rows of a block are called, and the seats of each."""

    first_row: str = "1"
    numbering: Numbering = "left"
    first_seat: int = 1


def make_block(
    *,
    front: Point,
    rows: int,
    seats: int | Sequence[int],
    across: float = 20,
    down: float = 24,
    aisles_after: Collection[int] = (),
    aisle: float = 20,
    skew: float = 0,
    bow: float = 0,
    turn: float = 0,
    category: str = "A",
    counting: Counting = Counting(),
) -> list[Document]:
    """Return straight rows behind each other; `front` is the middle of the first one.

    `seats` may differ by row. `aisles_after` counts seats from the left, and each such aisle is
    `aisle` units wide. `skew` moves each row to the right of the one before; `bow` is how far the
    ends of a row come forward. `turn` turns it all around `front`, in degrees, clockwise as drawn.
    """
    counts = [seats] * rows if isinstance(seats, int) else list(seats)
    made = []
    for index, (key, count) in enumerate(
        zip(count_rows(counting.first_row, rows), counts, strict=True)
    ):
        offsets = _spread(count, across, aisles_after, aisle)
        reach = max(offsets[-1], 1)
        points = [
            _turned((x + skew * index, down * index - bow * (x / reach) ** 2), front, turn)
            for x in offsets
        ]
        aisles = {after - 1 for after in aisles_after if 0 < after < count}
        made.append(_row(key, points, aisles, category, counting))
    return made


def make_arc(
    *,
    centre: Point,
    radii: Sequence[float],
    angles: tuple[float, float],
    across: float = 20,
    aisles_at: Sequence[float] = (),
    aisle: float = 20,
    category: str = "A",
    counting: Counting = Counting(),
) -> list[Document]:
    """Return curved rows around `centre`, with as many seats as fit `across` units apart.

    `angles` and `aisles_at` are degrees: 0 is straight down, and they grow to the right.
    """
    made = []
    for key, radius in zip(count_rows(counting.first_row, len(radii)), radii, strict=True):
        bearings: list[float] = []
        aisles: set[int] = set()
        for start, end in _sectors(angles, aisles_at, aisle / radius):
            bearings += _fill(start, end, across / radius)
            aisles.add(len(bearings) - 1)
        points = [
            (centre[0] + radius * sin(bearing), centre[1] + radius * cos(bearing))
            for bearing in bearings
        ]
        made.append(_row(key, points, aisles - {len(bearings) - 1}, category, counting))
    return made


def mark(row: Document, *, accessible: Iterable[int] = (), companion: Iterable[int] = ()) -> None:
    """Make places for wheelchairs and for those who come along, by position in the row."""
    for position in accessible:
        row["seats"][position]["accessible"] = True
    for position in companion:
        row["seats"][position]["companion"] = True


def price_by_distance(
    sections: Iterable[Document], *, focus: Point = (0, 0), bands: Sequence[tuple[float, str]]
) -> None:
    """Give each row the category of the first band that reaches as far from `focus` as its middle.

    The last band takes what is farther away than any.
    """
    for section in sections:
        for row in section["rows"]:
            x, y = _middle(row["seats"])
            distance = hypot(x - focus[0], y - focus[1])
            fitting = (category for reach, category in bands if distance <= reach)
            category = next(fitting, bands[-1][1])
            for seat in row["seats"]:
                seat["category"] = category


def frame(document: Document, *, margin: float = 40) -> Document:
    """Return `document` with a size, all of it moved so that it lies inside."""
    seats = [seat for part in document["sections"] for row in part["rows"] for seat in row["seats"]]
    shapes = document.get("shapes", [])
    left, top, right, bottom = inf, inf, -inf, -inf
    for one in (*seats, *shapes):
        left, top = min(left, one["x"]), min(top, one["y"])
        right = max(right, one["x"] + one.get("width", 0))
        bottom = max(bottom, one["y"] + one.get("height", 0))
    for one in (*seats, *shapes):
        one["x"] = round(one["x"] - left + margin)
        one["y"] = round(one["y"] - top + margin)
    size = {"width": ceil(right - left + 2 * margin), "height": ceil(bottom - top + 2 * margin)}
    return {**document, **size}


def _row(
    key: str, points: Sequence[Point], aisles: Collection[int], category: str, counting: Counting
) -> Document:
    labels = number_seats(len(points), counting.numbering, first=counting.first_seat)
    seats: list[Document] = [
        {"label": label, "x": round(x, 1), "y": round(y, 1), "category": category}
        for label, (x, y) in zip(labels, points, strict=True)
    ]
    for position in aisles:
        seats[position]["aisle_after"] = True
    return {"key": key, "seats": seats}


def _spread(count: int, across: float, aisles: Collection[int], aisle: float) -> list[float]:
    """Return how far right of the row's middle each of its seats is."""
    offsets = [
        across * position + aisle * sum(after <= position for after in aisles)
        for position in range(count)
    ]
    middle = offsets[-1] / 2
    return [offset - middle for offset in offsets]


def _turned(point: Point, front: Point, turn: float) -> Point:
    (x, y), angle = point, radians(turn)
    return (
        front[0] + x * cos(angle) - y * sin(angle),
        front[1] + x * sin(angle) + y * cos(angle),
    )


def _sectors(angles: Point, aisles_at: Sequence[float], aisle: float) -> Iterable[Point]:
    starts = [radians(angles[0]), *(radians(one) + aisle / 2 for one in sorted(aisles_at))]
    ends = [*(radians(one) - aisle / 2 for one in sorted(aisles_at)), radians(angles[1])]
    return zip(starts, ends, strict=True)


def _fill(start: float, end: float, step: float) -> list[float]:
    """Return bearings a `step` apart, as many as fit, in the middle between two others."""
    count = max(floor((end - start) / step + 1e-9), 0) + 1
    first = (start + end - (count - 1) * step) / 2
    return [first + step * position for position in range(count)]


def _middle(seats: Sequence[Document]) -> Point:
    count = len(seats)
    return sum(one["x"] for one in seats) / count, sum(one["y"] for one in seats) / count
