"""Layouts as documents: read, written, and refused with all that is wrong in them."""

import json
import time
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.seating.drawings import document, seat
from ticketing.seating.documents import WrongLayout, read_layout, write_layout
from ticketing.seating.samples import SAMPLES, sample

SCHEMA = json.loads(Path("ticketing/seating/layout.schema.json").read_text())
KEYS = st.text("abcXYZ019_.가힣ㅎ", min_size=1, max_size=9)
NAMES = st.text("aZ 0석층-·", min_size=1, max_size=20).map(str.strip).filter(bool)
LENGTHS = st.floats(0, 500) | st.integers(0, 500)


@st.composite
def documents(draw):
    """Draw any layout that there may be, small."""
    categories = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    seats = st.fixed_dictionaries(
        {"label": KEYS, "x": LENGTHS, "y": LENGTHS, "category": st.sampled_from(categories)},
        optional=dict.fromkeys(("accessible", "companion", "aisle_after"), st.booleans()),
    )
    rows = st.fixed_dictionaries(
        {"key": KEYS, "seats": st.lists(seats, min_size=1, max_size=5, unique_by=_by("label"))},
        optional={"name": NAMES},
    )
    sections = st.fixed_dictionaries(
        {"key": KEYS, "rows": st.lists(rows, min_size=1, max_size=3, unique_by=_by("key"))},
        optional={"name": NAMES},
    )
    shapes = st.fixed_dictionaries(
        {"kind": st.sampled_from(["stage", "wall"]), "x": LENGTHS, "y": LENGTHS}
        | {"width": st.integers(1, 100), "height": st.integers(1, 100)},
        optional={"name": NAMES},
    )
    return {
        "name": draw(NAMES),
        "width": draw(st.integers(600, 700)),
        "height": draw(st.floats(600, 700)),
        "categories": [{"key": key, "colour": draw(st.integers(0, 19))} for key in categories],
        "sections": draw(st.lists(sections, min_size=1, max_size=3, unique_by=_by("key"))),
        "shapes": draw(st.lists(shapes, max_size=2)),
    }


def _by(field):
    return lambda one: one[field]


def errors_of(wrong):
    with pytest.raises(WrongLayout) as refusal:
        read_layout(wrong)
    return refusal.value.errors


def changed(change):
    """Return the small layout after `change` has spoilt it."""
    spoilt = deepcopy(document())
    change(spoilt)
    return spoilt


def seat_of(layout, row=0, position=0):
    return layout["sections"][0]["rows"][row]["seats"][position]


@given(documents())
def test_a_plan_written_and_read_again_is_the_same(drawn):
    plan = read_layout(drawn)

    again = read_layout(json.loads(json.dumps(write_layout(plan))))

    assert again == plan
    assert (again.places, again.sections) == (plan.places, plan.sections)
    assert (again.categories, again.shapes) == (plan.categories, plan.shapes)
    assert (again.name, again.width, again.height) == (plan.name, plan.width, plan.height)


@given(documents())
def test_the_schema_says_yes_to_what_is_read_and_to_what_is_written(drawn):
    plan = read_layout(drawn)

    jsonschema.validate(drawn, SCHEMA)
    jsonschema.validate(write_layout(plan), SCHEMA)


@given(documents())
def test_runs_divide_rows_and_rows_divide_the_places(drawn):
    plan = read_layout(drawn)

    numbers = [number for row in plan.rows for run in row.runs for number in run]
    assert numbers == list(range(len(plan.places)))
    assert all(plan.number_of(place.key) == n for n, place in enumerate(plan.places))
    assert all(plan.places[n].row == plan.row_of(n).key for n in numbers)


def test_seats_are_numbered_in_layout_order_and_called_by_their_keys():
    plan = read_layout(document())

    assert [place.key for place in plan.places] == ["S-1-1", "S-1-2", "S-1-3", "S-2-1", "S-2-2"]
    assert plan.rows[0].runs == (range(2), range(2, 3))
    assert plan.rows[1].runs == (range(3, 5),)
    assert [row.name for row in plan.rows] == ["1", "2열"]
    assert plan.number_of("S-2-1") == 3
    assert plan.has("S-2-2") and not plan.has("S-2-3")
    with pytest.raises(KeyError):
        plan.number_of("S-2-3")


def test_neighbours_are_in_one_run_and_nowhere_beyond():
    plan = read_layout(document())

    assert plan.same_run(0, 1)
    assert not plan.same_run(1, 2)  # the aisle
    assert not plan.same_run(2, 3)  # another row
    assert not plan.same_run(0, -1)
    assert not plan.same_run(-1, 0)
    assert not plan.same_run(4, 5)
    assert not plan.same_run(5, 4)


def test_the_version_follows_what_is_drawn_and_not_how_it_is_written():
    plan = read_layout(document())
    moved = changed(lambda layout: seat_of(layout).update(x=11))
    wordy = changed(lambda layout: seat_of(layout).update(x=10.0, accessible=False))
    turned = dict(reversed(document().items()))

    assert read_layout(moved).version != plan.version
    assert read_layout(wordy).version == read_layout(turned).version == plan.version


def test_all_errors_are_named_at_once_with_their_places():
    def spoil(layout):
        layout["colour"] = "red"
        layout["width"] = "wide"
        layout["categories"].append({"key": "A"})
        layout["sections"][0]["rows"][1]["key"] = "1"
        seat_of(layout, 0, 0).update(x=float("nan"), label="a b")
        seat_of(layout, 0, 1).update(y=81, aisle_after="yes")
        del seat_of(layout, 0, 2)["category"]
        seat_of(layout, 1, 0).update(category="Z", label=7)
        seat_of(layout, 1, 1).update(x=True, seat=1)
        layout["shapes"] = [{"kind": "moon", "x": 0, "y": 0, "width": 10, "height": 100}]

    assert errors_of(changed(spoil)) == [
        ("", "“colour” is not known here."),
        ("", "“width” must be a number."),
        ("categories[1]", "“A” is here twice."),
        ("sections[0].rows[0].seats[0]", "“label” must be letters, digits, “.” and “_” only."),
        ("sections[0].rows[0].seats[0]", "“x” must lie between 0 and 100000."),
        ("sections[0].rows[0].seats[1]", "“y” must lie between 0 and 80."),
        ("sections[0].rows[0].seats[1]", "“aisle_after” must be true or false."),
        ("sections[0].rows[0].seats[2]", "“category” is missing."),
        ("sections[0].rows[1]", "“1” is here twice."),
        ("sections[0].rows[1].seats[0]", "“label” must be letters, digits, “.” and “_” only."),
        ("sections[0].rows[1].seats[0]", "There is no category “Z”."),
        ("sections[0].rows[1].seats[1]", "“seat” is not known here."),
        ("sections[0].rows[1].seats[1]", "“x” must be a number."),
        (
            "shapes[0]",
            "“kind” must be one of stage, field, standing, wall, exit, label.",
        ),
        ("shapes[0]", "The shape reaches beyond the drawing."),
    ]


@pytest.mark.parametrize("wrong", [None, [], "layout", 7, {}])
def test_what_is_no_layout_is_refused(wrong):
    assert errors_of(wrong)


@pytest.mark.parametrize(
    "field", ["name", "width", "categories", "sections", "sections.0.key", "sections.0.rows.0.key"]
)
@pytest.mark.parametrize("value", [None, 0.5, -1, True, [], {}, [[]], "\0", "\ud800", 10**400, ""])
def test_nonsense_is_named_wherever_it_stands(field, value):
    layout = document()
    *way, last = field.split(".")
    inner = layout
    for step in way:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[last] = value

    assert errors_of(layout)


def test_a_label_that_comes_twice_in_a_row_is_named():
    twice = changed(lambda layout: seat_of(layout, 0, 2).update(label="1"))

    assert errors_of(twice) == [("sections[0].rows[0].seats[2]", "“1” is here twice.")]


def test_decomposed_and_composed_hangul_are_the_same_label():
    twice = changed(
        lambda layout: (
            seat_of(layout, 0, 0).update(label="가"),
            seat_of(layout, 0, 1).update(label="\u1100\u1161"),
        )
    )

    assert errors_of(twice) == [("sections[0].rows[0].seats[1]", "“가” is here twice.")]


def test_a_key_of_more_than_forty_characters_is_named():
    longest = changed(lambda layout: layout["sections"][0].update(key="k" * 36))
    seat_of(longest).update(label="10")
    longer = changed(lambda layout: layout["sections"][0].update(key="k" * 37))

    assert errors_of(longest) == [
        ("sections[0].rows[0].seats[0]", f"“{'k' * 36}-1-10” is longer than 40 characters.")
    ]
    assert errors_of(longer) == [("sections[0]", f"“{'k' * 37}” is longer than 36 characters.")]


def test_an_empty_row_and_an_empty_hall_are_no_layouts():
    empty_row = changed(lambda layout: layout["sections"][0]["rows"][1].update(seats=[]))

    assert errors_of(empty_row) == [("sections[0].rows[1]", "A row needs at least one seat.")]
    assert errors_of(document(sections=[])) == [("", "A layout needs at least one seat.")]


def test_a_million_seats_are_refused_before_anything_slow():
    row = {"key": "1", "seats": [{}] * 1_000_000}
    start = time.perf_counter()

    errors = errors_of(document(sections=[{"key": "S", "rows": [row]}]))

    assert errors == [
        ("sections", "A layout has at most 50,000 seats, and this one has 1,000,000.")
    ]
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"categories": [{"key": str(n)} for n in range(21)]}, "at most 20 categories"),
        ({"sections": [{}] * 201}, "at most 200 sections"),
        ({"sections": [{"rows": [{}] * 2001}]}, "at most 2,000 rows"),
        ({"shapes": [{}] * 201}, "at most 200 shapes"),
    ],
)
def test_more_of_anything_than_anyone_draws_is_refused(changes, sentence):
    [(place, said)] = errors_of(document(**changes))

    assert place in changes
    assert sentence in said


def test_a_hall_of_fifty_thousand_seats_is_read():
    rows = [
        {"key": str(n), "seats": [seat(label, label, 10) for label in range(1, 51)]}
        for n in range(1000)
    ]

    assert len(read_layout(document(sections=[{"key": "S", "rows": rows}])).places) == 50_000


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_good_examples(name):
    written = write_layout(sample(name))

    jsonschema.validate(written, SCHEMA)
    assert read_layout(written) == sample(name)


def test_errors_are_said_in_the_language_of_whoever_reads_them():
    with translation.override("ko"):
        ((_place, sentence),) = errors_of(document(sections=[]))

    assert sentence == "배치도에는 좌석이 하나 이상 있어야 해요."
