"""Layouts as tables: for spreadsheets, with every error by its line."""

import csv
import io
import time

import pytest
from hypothesis import given

from tests.seating.drawings import document
from tests.seating.test_documents import documents
from ticketing.seating.documents import WrongLayout, read_layout
from ticketing.seating.samples import sample
from ticketing.seating.tables import COLUMNS, read_table, write_table

HEAD = "section,row,label,x,y,category\n"


def errors_of(table, **options):
    with pytest.raises(WrongLayout) as refusal:
        read_table(table, name="Hall", **options)
    return refusal.value.errors


@given(documents())
def test_a_table_read_onto_its_own_layout_changes_nothing(drawn):
    plan = read_layout(drawn)

    assert read_table(write_table(plan), name=plan.name, base=plan) == plan


@given(documents())
def test_a_table_by_itself_keeps_every_seat(drawn):
    plan = read_layout(drawn)

    alone = read_table(write_table(plan).encode(), name="Hall")

    assert [one.key for one in alone.places] == [one.key for one in plan.places]
    assert [(one.x, one.y) for one in alone.places] == [(one.x, one.y) for one in plan.places]
    assert [row.runs for row in alone.rows] == [row.runs for row in plan.rows]
    assert [(one.accessible, one.companion) for one in alone.places] == [
        (one.accessible, one.companion) for one in plan.places
    ]


def test_a_table_has_a_line_a_seat_under_a_head():
    lines = list(csv.reader(io.StringIO(write_table(read_layout(document())))))

    assert lines[0] == list(COLUMNS)
    assert lines[2] == ["S", "1", "2", "30", "10", "A", "", "", "1"]
    assert lines[5] == ["S", "2", "2", "30", "30", "A", "1", "", ""]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_spreadsheets_may_write_as_they_like(mark, end, between):
    table = "section,row,label,x,y,category\n1층,가,1,10,20.5,A\n\n1층,가,2,30,20.5,A\n"
    written = mark + table.replace(",", between).replace("\n", end).encode()

    plan = read_table(written, name="Hall")

    assert [(one.key, one.x, one.y) for one in plan.places] == [
        ("1층-가-1", 10, 20.5),
        ("1층-가-2", 30, 20.5),
    ]


def test_names_size_and_shapes_come_from_the_layout_that_a_table_changes():
    plan = read_layout(
        document(shapes=[{"kind": "stage", "x": 0, "y": 0, "width": 90, "height": 5}])
    )
    table = write_table(plan) + "S,3,1,10,50,B,,,\n"

    grown = read_table(table, name=plan.name, base=plan)

    assert [section.name for section in grown.sections] == ["Stalls"]
    assert [row.name for row in grown.rows] == ["1", "2열", "3"]
    assert [category.name for category in grown.categories] == ["A석", "B"]
    assert (grown.width, grown.height, grown.shapes) == (100, 80, plan.shapes)


def test_all_errors_are_named_at_once_by_their_lines():
    table = (
        "section,row,label,x,y,category,accessible\n"
        "S,1,1,10,10,A,\n"
        "S,1,1,10,10,A,perhaps\n"
        "\n"
        "S,1,,ten,nan,,1,more\n"
        "S,a b,2,-1,1e9,A\n"
        "S,1,2,1_0,10,A,\n"
    )

    assert errors_of(table) == [
        ("line 3", "“S-1-1” is here twice."),
        ("line 3", "“accessible” must be true or false."),
        ("line 5", "There are more values than columns."),
        ("line 5", "“label” is missing."),
        ("line 5", "“x” must be a number."),
        ("line 5", "“y” must lie between 0 and 100000."),
        ("line 5", "“category” is missing."),
        ("line 6", "“row” must be letters, digits, “.” and “_” only."),
        ("line 6", "“x” must lie between 0 and 100000."),
        ("line 6", "“y” must lie between 0 and 100000."),
        ("line 7", "“x” must be a number."),
    ]


def test_a_seat_outside_the_drawing_that_a_table_changes_is_named():
    errors = errors_of(HEAD + "S,1,1,101,10,A\n", base=read_layout(document()))

    assert errors == [("line 2", "“x” must lie between 0 and 100.")]


def test_the_head_is_read_before_anything_else():
    assert errors_of("section,row,seat,x,y,x\nS,1,1,1,1,1\n") == [
        ("line 1", "“label” is missing."),
        ("line 1", "“category” is missing."),
        ("line 1", "“seat” is not known here."),
        ("line 1", "“x” is here twice."),
    ]


@pytest.mark.parametrize("table", ["", "\n", HEAD, b"\xef\xbb\xbf", "\0", HEAD + '"S'])
def test_what_holds_no_seat_is_refused(table):
    assert errors_of(table)


def test_a_table_in_another_encoding_is_refused_by_line():
    table = (HEAD + "S,1,1,1,1,A\n1층,1,1,1,1,A\n").encode("cp949")

    assert errors_of(table) == [
        ("line 3", "The table must be in UTF-8, as “CSV UTF-8” in Excel."),
    ]


def test_a_million_lines_are_refused_before_anything_slow():
    start = time.perf_counter()

    errors = errors_of(HEAD + "S,1,1,1,1,A\n" * 1_000_000)

    assert errors == [("", "A layout has at most 50,000 seats, and this one has 1,000,000.")]
    assert time.perf_counter() - start < 2


def test_a_stadium_goes_through_a_table_and_back():
    plan = sample("stadium")

    assert read_table(write_table(plan), name=plan.name, base=plan) == plan
