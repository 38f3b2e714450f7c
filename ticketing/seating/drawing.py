"""One document on its way to a plan."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ticketing.seating.fields import Reader
from ticketing.seating.limits import MOST_CATEGORIES
from ticketing.seating.plan import Category, Place, Plan, Row, Section, Shape
from ticketing.seating.writing import FORMAT

KINDS = ("stage", "field", "standing", "wall", "exit", "label")  # of shapes

LAYOUT = frozenset(
    ("$schema", "format", "name", "width", "height", "categories", "sections", "shapes")
)
CATEGORY = frozenset(("key", "name", "colour"))
SECTION = frozenset(("key", "name", "rows"))
ROW = frozenset(("key", "name", "seats"))
SEAT = frozenset(("label", "x", "y", "category", "accessible", "companion", "aisle_after"))
SHAPE = frozenset(("kind", "x", "y", "width", "height", "name"))


class Drawing:
    """Reads a document from top to bottom; a plan comes of it only if `page` has no errors."""

    def __init__(self, page: Reader) -> None:
        self.page = page
        self.size = (0.0, 0.0)
        self.places: list[Place] = []
        self.indexes: dict[str, int] = {}

    def read(self) -> Plan:
        """Return what is drawn, not yet named by a version."""
        page = self.page
        page.allow(LAYOUT)
        if page.value.get("format", FORMAT) != FORMAT:
            page.complain(_("The format must be “%(format)s”."), format=FORMAT)
        name = page.name("name")
        self.size = (page.size("width"), page.size("height"))
        categories = tuple(self._categories())
        self.indexes = {one.key: index for index, one in enumerate(categories)}
        sections = tuple(self._sections())
        shapes = tuple(self._shape(one) for one in page.objects("shapes", optional=True))
        if not self.places and not page.errors:
            page.complain(_("A layout needs at least one seat."))
        return Plan(name, *self.size, categories, sections, tuple(self.places), shapes, version="")

    def _categories(self) -> Iterator[Category]:
        keys: set[str] = set()
        for index, page in enumerate(self.page.objects("categories")):
            page.allow(CATEGORY)
            key = page.key("key", not_among=keys)
            name = page.name("name", default=key)
            yield Category(key, name, page.index("colour", default=index, below=MOST_CATEGORIES))

    def _sections(self) -> Iterator[Section]:
        keys: set[str] = set()
        for page in self.page.objects("sections"):
            page.allow(SECTION)
            key = page.key("key", not_among=keys)
            name = page.name("name", default=key)
            yield Section(key, name, tuple(self._rows(page, key)))

    def _rows(self, section: Reader, section_key: str) -> Iterator[Row]:
        keys: set[str] = set()
        for page in section.objects("rows"):
            page.allow(ROW)
            key = page.key("key", not_among=keys)
            name = page.name("name", default=key)
            first = len(self.places)
            runs = tuple(self._runs(page, section_key, key))
            count = len(self.places) - first
            if not count:
                page.complain(_("A row needs at least one seat."))
            yield Row(section_key, key, name, first, count, runs)

    def _runs(self, row: Reader, section_key: str, row_key: str) -> Iterator[range]:
        """Read the seats of a row; a run ends at an aisle and with the row."""
        labels: set[str] = set()
        start = len(self.places)
        for page in row.objects("seats"):
            self.places.append(self._place(page, section_key, row_key, labels))
            if page.flag("aisle_after"):
                yield range(start, len(self.places))
                start = len(self.places)
        if start < len(self.places):
            yield range(start, len(self.places))

    def _place(self, page: Reader, section: str, row: str, labels: set[str]) -> Place:
        page.allow(SEAT)
        label = page.key("label", not_among=labels)
        key = page.seat_key(section, row, label)
        category = page.key("category")
        if category and category not in self.indexes:
            page.complain(_("There is no category “%(key)s”."), key=category)
        return Place(
            key,
            section,
            row,
            label,
            *page.point(self.size),
            self.indexes.get(category, 0),
            page.flag("accessible"),
            page.flag("companion"),
        )

    def _shape(self, page: Reader) -> Shape:
        page.allow(SHAPE)
        kind = page.value.get("kind")
        if kind not in KINDS:
            page.complain(
                _("“%(field)s” must be one of %(words)s."), field="kind", words=", ".join(KINDS)
            )
        shape = Shape(
            str(kind),
            *page.point(self.size),
            page.size("width"),
            page.size("height"),
            page.name("name", default=""),
        )
        if "width" in page.value and "height" in page.value and self._sticks_out(shape):
            page.complain(_("The shape reaches beyond the drawing."))
        return shape

    def _sticks_out(self, shape: Shape) -> bool:
        width, height = self.size
        return shape.x + shape.width > width or shape.y + shape.height > height
