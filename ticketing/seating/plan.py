"""A layout in memory: its seats in order, and who sits beside whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Category:
    """A price category; `colour` is an index into the palette of the map."""

    key: str
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class Place:
    """One seat of a layout; x grows to the right, y downwards.

    `section` and `row` are keys, `category` is the index of one of the plan's categories.
    """

    key: str
    section: str
    row: str
    label: str
    x: float
    y: float
    category: int
    accessible: bool = False
    companion: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The places `first` to `first + count - 1`; those of one run have no aisle between them."""

    section: str
    key: str
    name: str
    first: int
    count: int
    runs: tuple[range, ...]

    @property
    def numbers(self) -> range:
        """The numbers of the row's places, in the order in which people sit."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the hall with rows of its own."""

    key: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn that nobody sits on; `x` and `y` are its upper left corner."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    name: str


@dataclass(frozen=True, eq=False)
class Plan:
    """One immutable drawing of a hall. `version` is the digest of its document and names it."""

    name: str
    width: float
    height: float
    categories: tuple[Category, ...]
    sections: tuple[Section, ...]
    places: tuple[Place, ...] = field(repr=False)
    shapes: tuple[Shape, ...]
    version: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows in layout order."""
        return tuple(row for section in self.sections for row in section.rows)

    def number_of(self, key: str) -> int:
        """Return the number of the place `key`; raise KeyError where there is none."""
        return self._numbers[key]

    def has(self, key: str) -> bool:
        """Return whether a place is called `key`."""
        return key in self._numbers

    def row_of(self, number: int) -> Row:
        """Return the row of place `number`."""
        return self.rows[self.row_indexes[number]]

    def run_of(self, number: int) -> range:
        """Return the places that one reaches from `number` without crossing an aisle."""
        return self.runs[self.run_indexes[number]]

    def same_run(self, one: int, other: int) -> bool:
        """Return whether no aisle lies between two numbers, both of which are places."""
        return 0 <= one < len(self.places) and other in self.run_of(one)

    def has_category(self, key: str) -> bool:
        """Return whether a category is called `key`."""
        return key in self._categories

    def category_index(self, key: str) -> int:
        """Return which category is called `key`; raise KeyError where none is."""
        return self._categories[key]

    @cached_property
    def runs(self) -> tuple[range, ...]:
        """All runs in layout order."""
        return tuple(run for row in self.rows for run in row.runs)

    @cached_property
    def run_indexes(self) -> Sequence[int]:
        """For each place, which of `runs` it is in."""
        return [index for index, run in enumerate(self.runs) for _ in run]

    @cached_property
    def row_indexes(self) -> Sequence[int]:
        """For each place, which of `rows` it is in."""
        return [index for index, row in enumerate(self.rows) for _ in row.numbers]

    @cached_property
    def focus(self) -> tuple[float, float]:
        """Where people look: the middle of the stage, or else of the upper edge."""
        for shape in self.shapes:
            if shape.kind == "stage":
                return shape.x + shape.width / 2, shape.y + shape.height / 2
        return self.width / 2, 0.0

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {place.key: number for number, place in enumerate(self.places)}

    @cached_property
    def _categories(self) -> dict[str, int]:
        return {category.key: index for index, category in enumerate(self.categories)}
