"""Four halls to start from, and one of any size."""

from collections.abc import Callable
from functools import cache

from ticketing.seating.documents import read_layout
from ticketing.seating.generating import (
    Counting,
    Document,
    frame,
    make_arc,
    make_block,
    mark,
    price_by_distance,
)
from ticketing.seating.plan import Plan

LETTERS = Counting(first_row="A")
GRADES = ("VIP", "R", "S", "A", "B")  # as tickets are graded in Korea


@cache
def sample(name: str) -> Plan:
    """Return the sample hall `name`, a key of `SAMPLES`."""
    return SAMPLES[name]()


def make_theatre() -> Plan:
    """Return a small theatre of 265 seats."""
    stalls = make_block(
        front=(0, 110), rows=11, seats=19, aisles_after=(5, 14), bow=30, counting=LETTERS
    )
    balcony = make_block(front=(0, 420), rows=4, seats=14, aisles_after=(7,), bow=24)
    for row in (stalls[0], stalls[-1]):
        mark(row, accessible=(5, 13), companion=(6, 12))
    sections = [
        _section("1F", "1층 / Stalls", stalls),
        _section("2F", "2층 / Balcony", balcony),
    ]
    price_by_distance(sections, bands=((230, "R"), (400, "S"), (500, "A")))
    return _finish("소극장 / Small theatre", sections, [_stage(260, 60)], GRADES[1:4])


def make_concert_hall() -> Plan:
    """Return a concert hall of some 1,250 seats, with balconies and seats behind the stage."""
    stalls = make_arc(
        centre=(0, -240), radii=_steps(380, 17, 25), angles=(-37, 37), aisles_at=(-18, 18)
    )
    middle = make_arc(
        centre=(0, -240), radii=_steps(880, 6, 25), angles=(-31, 31), aisles_at=(-15, 0, 15)
    )
    upper = make_arc(
        centre=(0, -240), radii=_steps(1080, 3, 25), angles=(-27, 27), aisles_at=(-14, 0, 14)
    )
    left = make_block(front=(-560, 190), rows=3, seats=20, turn=90)
    right = make_block(front=(560, 190), rows=3, seats=20, turn=-90)
    choir = make_block(front=(0, -120), rows=2, seats=20, turn=180, aisles_after=(10,))
    for row in (stalls[0], stalls[-1]):
        mark(row, accessible=(0, -1), companion=(1, -2))
    mark(middle[0], accessible=(0, -1), companion=(1, -2))
    sections = [
        _section("1F", "1층 / Stalls", _price(stalls, *"SSS", *7 * ["VIP"], *"RRRRS")),
        _section("2F", "2층 / Balcony", _price(middle, *"RRSSA")),
        _section("2L", "2층 왼쪽 / Balcony left", _price(left, "A")),
        _section("2R", "2층 오른쪽 / Balcony right", _price(right, "A")),
        _section("3F", "3층 / Upper balcony", _price(upper, "B")),
        _section("P", "합창석 / Choir", _price(choir, "B")),
    ]
    return _finish("콘서트홀 / Concert hall", sections, [_stage(360, 110)], GRADES)


def make_arena() -> Plan:
    """Return an arena of some 4,900 seats: a floor, and stands on three sides of it."""
    floor = _floor(columns=3, ranks=3, rows=10, seats=14, front=130)
    stands = _bowl(first=101, rows=16, seats=16, side=4, end=3, half_width=700, near=120)
    _grade(floor, *3 * ["VIP"], *6 * ["R"])
    _grade_bowl(stands, *"RRSS", *"AAA", end="A")
    sections = [*floor, *stands]
    for section in stands:
        mark(section["rows"][0], accessible=(0, -1), companion=(1, -2))
    mark(floor[-2]["rows"][-1], accessible=(0, -1), companion=(1, -2))
    return _finish("아레나 / Arena", sections, [_stage(520, 120)], GRADES[:4])


def make_stadium() -> Plan:
    """Return a stadium of some 20,000 seats: the pitch seated, and two tiers around it."""
    floor = _floor(columns=4, ranks=4, rows=9, seats=16, front=150)
    lower = _bowl(first=101, rows=22, seats=20, side=6, end=4, half_width=1080, near=100)
    upper = _bowl(first=301, rows=20, seats=20, side=6, end=4, half_width=1690, near=100)
    _grade(floor, *8 * ["VIP"], *8 * ["R"])
    _grade_bowl(lower, *"SRRRSS", *"AAA", end="A")
    _grade_bowl(upper, *"SSSAAA", *"BBB", end="B")
    sections = [*floor, *lower, *upper]
    for section in lower:
        mark(section["rows"][-1], accessible=(0, -1), companion=(1, -2))
    return _finish("스타디움 / Stadium", sections, [_stage(700, 160)], GRADES)


def make_plain_hall(num_seats: int) -> Plan:
    """Return a hall of exactly `num_seats` seats of one category, in rows of up to 40."""
    full, rest = divmod(num_seats, 40)
    counts = [40] * full + ([rest] if rest else [])
    rows = make_block(front=(0, 100), rows=len(counts), seats=counts, aisles_after=(10, 30))
    sections = [_section("1F", "1층 / Floor", rows)]
    return _finish("홀 / Hall", sections, [_stage(500, 60)], ("A",))


SAMPLES: dict[str, Callable[[], Plan]] = {
    "theatre": make_theatre,
    "concert": make_concert_hall,
    "arena": make_arena,
    "stadium": make_stadium,
}


def _floor(*, columns: int, ranks: int, rows: int, seats: int, front: float) -> list[Document]:
    """Return blocks in front of the stage, in ranks, each as many seats wide."""
    wide, deep = 20 * seats + 40, 24 * rows + 40
    made = []
    for number in range(columns * ranks):
        rank, column = divmod(number, columns)
        middle = ((column - (columns - 1) / 2) * wide, front + rank * deep)
        name = f"플로어 {number + 1} / Floor {number + 1}"
        rows_made = make_block(front=middle, rows=rows, seats=seats)
        made.append(_section(f"F{number + 1}", name, rows_made))
    return made


def _bowl(
    *, first: int, rows: int, seats: int, side: int, end: int, half_width: float, near: float
) -> list[Document]:
    """Return stands to the left, around the far end and to the right, numbered in that order."""
    wide = 20 * seats + 40
    reach = half_width - end * wide / 2  # the radius of the front row in the corners
    far = near + side * wide
    blocks: list[list[Document]] = []
    for number in range(side):
        front = (-half_width, near + (number + 0.5) * wide)
        blocks.append(make_block(front=front, rows=rows, seats=seats, turn=90))
    blocks += _corner((-half_width + reach, far), reach, rows, (-90, 0))
    for number in range(end):
        front = ((number - (end - 1) / 2) * wide, far + reach)
        blocks.append(make_block(front=front, rows=rows, seats=seats))
    blocks += _corner((half_width - reach, far), reach, rows, (0, 90))
    for number in reversed(range(side)):
        front = (half_width, near + (number + 0.5) * wide)
        blocks.append(make_block(front=front, rows=rows, seats=seats, turn=-90))
    return [
        _section(str(key), f"{key}구역 / Block {key}", block)
        for key, block in enumerate(blocks, first)
    ]


def _corner(
    centre: tuple[float, float], reach: float, rows: int, angles: tuple[float, float]
) -> list[list[Document]]:
    """Return the three blocks that fill a quarter of a circle, clear of their neighbours."""
    start, step = angles[0], (angles[1] - angles[0]) / 3
    radii = _steps(reach, rows, 24)
    return [
        make_arc(
            centre=centre,
            radii=radii,
            angles=(start + number * step + 2, start + (number + 1) * step - 2),
        )
        for number in range(3)
    ]


def _price(rows: list[Document], *grades: str) -> list[Document]:
    """Give each row its grade; the last one is that of all further rows."""
    for number, row in enumerate(rows):
        for seat in row["seats"]:
            seat["category"] = grades[min(number, len(grades) - 1)]
    return rows


def _grade(sections: list[Document], *grades: str) -> None:
    """Give each section its grade."""
    for section, grade in zip(sections, grades, strict=True):
        _price(section["rows"], grade)


def _grade_bowl(stands: list[Document], *half: str, end: str) -> None:
    """Grade the left side and its corner by `half`, the right ones alike, and what is between."""
    _grade(stands, *half, *[end] * (len(stands) - 2 * len(half)), *reversed(half))


def _steps(first: float, count: int, step: float) -> list[float]:
    return [first + step * index for index in range(count)]


def _section(key: str, name: str, rows: list[Document]) -> Document:
    return {"key": key, "name": name, "rows": rows}


def _stage(width: float, height: float) -> Document:
    words = {"kind": "stage", "name": "무대 / Stage"}
    return {**words, "x": -width / 2, "y": -height / 2, "width": width, "height": height}


def _finish(
    name: str, sections: list[Document], shapes: list[Document], grades: tuple[str, ...]
) -> Plan:
    categories = [{"key": grade, "name": f"{grade}석 / {grade} seat"} for grade in grades]
    document = {"name": name, "categories": categories, "sections": sections, "shapes": shapes}
    return read_layout(frame(document))
