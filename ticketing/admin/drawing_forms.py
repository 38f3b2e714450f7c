"""What the editor of halls asks the server to draw and to count."""

from math import isfinite, nan
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ticketing.seating.generating import Counting, Document, make_arc, make_block
from ticketing.seating.limits import MOST_ROWS, MOST_SEATS
from ticketing.seating.numbering import count_rows, number_seats

MOST_AT_ONCE = 200  # rows, and seats in each
NUMBERINGS = [
    ("left", _("from the left: 1 2 3 4")),
    ("right", _("from the right: 4 3 2 1")),
    ("odd-even", _("odd and even from the middle: 3 1 2 4")),
    ("centre", _("left and right of the middle: L2 L1 R1 R2")),
]


class Length(forms.FloatField):
    """How far, in units of the drawing, or how many degrees."""


class Numbers(forms.Field):
    """A few numbers with commas between them."""

    def to_python(self, value: Any) -> list[float]:
        """Return the numbers."""
        try:
            numbers = [float(word) for word in str(value or "").replace(",", " ").split()]
        except ValueError:
            numbers = [nan]
        if not all(map(isfinite, numbers)):
            raise ValidationError(_("Write numbers with commas between them."))
        return numbers


class DrawingForm(forms.Form):
    """What blocks and arcs have in common."""

    rows = forms.IntegerField(label=_("Rows"), min_value=1, max_value=MOST_AT_ONCE, initial=8)
    first_row = forms.CharField(label=_("First row"), max_length=4, initial="A")
    numbering = forms.ChoiceField(label=_("Seats are numbered"), choices=NUMBERINGS)
    first_seat = forms.IntegerField(label=_("First seat"), min_value=0, max_value=9999, initial=1)
    across = Length(label=_("Seat to seat"), min_value=1, max_value=1000, initial=20)
    down = Length(label=_("Row to row"), min_value=1, max_value=1000, initial=24)
    aisle = Length(label=_("Width of aisles"), min_value=0, max_value=1000, initial=20)
    category = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_first_row(self) -> str:
        """Take only what rows can be counted from."""
        return _countable(self.cleaned_data["first_row"])

    def counting(self) -> Counting:
        """Return how rows and seats are called."""
        said = self.cleaned_data
        return Counting(said["first_row"], said["numbering"], said["first_seat"])


class BlockForm(DrawingForm):
    seats = forms.IntegerField(
        label=_("Seats in a row"), min_value=1, max_value=MOST_AT_ONCE, initial=12
    )
    aisles_after = Numbers(label=_("Aisles after seats"), required=False)
    bow = Length(label=_("Bow"), min_value=-5000, max_value=5000, initial=0)
    turn = Length(label=_("Turn in degrees"), min_value=-360, max_value=360, initial=0)

    field_order = ["rows", "seats", "first_row", "numbering", "first_seat", "aisles_after"]

    def draw(self) -> list[Document]:
        """Return the rows; the middle of the first one is at 0, 0."""
        said = self.cleaned_data
        return make_block(
            front=(0, 0),
            rows=said["rows"],
            seats=said["seats"],
            across=said["across"],
            down=said["down"],
            aisles_after=[int(after) for after in said["aisles_after"]],
            aisle=said["aisle"],
            bow=said["bow"],
            turn=said["turn"],
            category=said["category"],
            counting=self.counting(),
        )


class ArcForm(DrawingForm):
    radius = Length(
        label=_("First row from the stage"), min_value=20, max_value=50_000, initial=160
    )
    opening = Length(label=_("Opening in degrees"), min_value=1, max_value=350, initial=80)
    aisles_at = Numbers(
        label=_("Aisles at degrees"),
        required=False,
        help_text=_("0 is the middle; to the left it is less, to the right more."),
    )

    field_order = ["rows", "radius", "opening", "first_row", "numbering", "first_seat", "aisles_at"]

    def clean(self) -> None:
        """Refuse what would be more seats than a hall may have."""
        said = self.cleaned_data
        if {"radius", "opening", "rows", "down", "across"} <= said.keys():
            longest = (said["radius"] + said["rows"] * said["down"]) * said["opening"] * 0.0175
            if longest / said["across"] * said["rows"] > MOST_SEATS:
                raise ValidationError(_("These would be too many seats."))
        half = said.get("opening", 0) / 2
        if any(abs(angle) >= half for angle in said.get("aisles_at", ())):
            self.add_error("aisles_at", _("An aisle must lie between the ends of the rows."))

    def draw(self) -> list[Document]:
        """Return the rows around 0, 0."""
        said = self.cleaned_data
        half = said["opening"] / 2
        return make_arc(
            centre=(0, 0),
            radii=[said["radius"] + said["down"] * row for row in range(said["rows"])],
            angles=(-half, half),
            across=said["across"],
            aisles_at=said["aisles_at"],
            aisle=said["aisle"],
            category=said["category"],
            counting=self.counting(),
        )


class NumberingForm(forms.Form):
    """How chosen rows and their seats shall be called; `counts` are the seats of each row."""

    counts = Numbers(widget=forms.HiddenInput)
    name_rows = forms.BooleanField(label=_("Name the rows"), required=False, initial=True)
    first_row = forms.CharField(
        label=_("First row"),
        max_length=4,
        initial="A",
        help_text=_("1 counts on, and so do A and 가."),
    )
    rows_from = forms.ChoiceField(
        label=_("Rows are counted"),
        choices=[("front", _("from the stage")), ("back", _("towards the stage"))],
    )
    number_seats = forms.BooleanField(label=_("Number the seats"), required=False, initial=True)
    numbering = forms.ChoiceField(label=_("Seats are numbered"), choices=NUMBERINGS)
    first_seat = forms.CharField(label=_("First seat"), max_length=4, initial="1")

    def clean_counts(self) -> list[int]:
        """Take as many seats as a hall may have."""
        counts = [int(count) for count in self.cleaned_data["counts"]]
        if not 0 < len(counts) <= MOST_ROWS or not 0 < sum(counts) <= MOST_SEATS:
            raise ValidationError(_("Choose seats first."))
        if min(counts) < 1:
            raise ValidationError(_("Choose seats first."))
        return counts

    def clean_first_row(self) -> str:
        """Take only what rows can be counted from."""
        return _countable(self.cleaned_data["first_row"])

    def clean(self) -> None:
        """Spell seats from one end only."""
        first = self.cleaned_data.get("first_seat", "")
        if first.isdecimal():
            return
        _countable(first, field="first_seat")
        if self.cleaned_data.get("numbering") not in ("left", "right"):
            self.add_error("first_seat", _("Letters count from one end only."))

    def number(self) -> dict[str, Any]:
        """Return the keys of the rows, front first, and the labels of each; None if unwanted."""
        said = self.cleaned_data
        keys = count_rows(said["first_row"], len(said["counts"]))
        if said["rows_from"] == "back":
            keys.reverse()
        labels = [self._labels(count) for count in said["counts"]]
        return {
            "rows": keys if said["name_rows"] else None,
            "labels": labels if said["number_seats"] else None,
        }

    def _labels(self, count: int) -> list[str]:
        first, numbering = self.cleaned_data["first_seat"], self.cleaned_data["numbering"]
        if first.isdecimal():
            return number_seats(count, numbering, first=int(first))
        spelled = count_rows(first, count)
        return spelled if numbering == "left" else spelled[::-1]


def _countable(first: str, *, field: str | None = None) -> str:
    try:
        count_rows(first, 1)
    except ValueError as error:
        said = _("Begin with a number, a capital letter or 가 to 하.")
        raise ValidationError({field: said} if field else said) from error
    return first
