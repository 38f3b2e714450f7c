"""The samples, what draws them, and the form in which maps load them."""

import gzip
import json
from itertools import pairwise
from math import hypot

import pytest

from ticketing.seating.generating import Counting, make_arc, make_block, price_by_distance
from ticketing.seating.numbering import count_rows, number_seats
from ticketing.seating.samples import SAMPLES, make_plain_hall, sample
from ticketing.seating.wire import layout_json

SIZES = {"theatre": 265, "concert": 1_250, "arena": 4_900, "stadium": 20_000}


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_samples_have_about_as_many_seats_as_they_say(name, size):
    assert abs(len(sample(name).places) - size) <= size * 0.02


@pytest.mark.parametrize("name", SAMPLES)
def test_nobody_in_a_sample_sits_on_anybody_or_on_the_stage(name):
    plan = sample(name)
    grid: dict[tuple[int, int], list] = {}
    stage = plan.shapes[0]

    for place in plan.places:
        column, row = int(place.x // 20), int(place.y // 20)
        near = [(column + across, row + down) for across in (-1, 0, 1) for down in (-1, 0, 1)]
        others = [other for cell in near for other in grid.get(cell, ())]
        assert all(hypot(place.x - one.x, place.y - one.y) >= 15 for one in others), place
        assert not (
            stage.x - 8 <= place.x <= stage.x + stage.width + 8
            and stage.y - 8 <= place.y <= stage.y + stage.height + 8
        ), place
        grid.setdefault((column, row), []).append(place)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_have_all_that_a_hall_has(name):
    plan = sample(name)

    assert 3 <= len({place.category for place in plan.places}) == len(plan.categories) <= 5
    assert any(place.accessible for place in plan.places)
    assert any(place.companion for place in plan.places)
    assert plan.shapes[0].kind == "stage"
    assert any("가" <= letter <= "힣" for letter in plan.name)
    assert all(section.name.isprintable() for section in plan.sections)


@pytest.mark.parametrize("name", SAMPLES)
def test_whoever_needs_a_companion_has_one_beside(name):
    plan = sample(name)

    for number, place in enumerate(plan.places):
        if place.accessible:
            beside = [n for n in (number - 1, number + 1) if plan.same_run(number, n)]
            assert any(plan.places[n].companion for n in beside), place


@pytest.mark.parametrize("num_seats", [1, 39, 40, 41, 5_000])
def test_a_plain_hall_has_exactly_as_many_seats_as_are_asked_for(num_seats):
    assert len(make_plain_hall(num_seats).places) == num_seats


def test_a_stadium_is_small_on_the_wire():
    form = layout_json(sample("stadium"))

    assert len(form) <= 400_000
    assert len(gzip.compress(form)) <= 80_000


@pytest.mark.parametrize("name", SAMPLES)
def test_columns_say_of_each_seat_what_the_plan_says(name):
    plan = sample(name)

    form = json.loads(layout_json(plan))

    assert form["version"] == plan.version
    assert form["labels"] == [place.label for place in plan.places]
    assert list(zip(form["x"], form["y"], strict=True)) == [(p.x, p.y) for p in plan.places]
    assert [int(digit, 36) for digit in form["category"]] == [p.category for p in plan.places]
    assert form["accessible"] == [n for n, p in enumerate(plan.places) if p.accessible]
    assert form["companion"] == [n for n, p in enumerate(plan.places) if p.companion]
    rows = [row for section in form["sections"] for row in section["rows"]]
    for row, ours in zip(rows, plan.rows, strict=True):
        starts = [row["first"], *(row["first"] + gap for gap in row["gaps"])]
        assert starts == [run.start for run in ours.runs]
        assert (row["first"], row["count"]) == (ours.first, ours.count)


@pytest.mark.parametrize(
    ("first", "keys"),
    [("8", ["8", "9", "10"]), ("Y", ["Y", "Z", "AA"]), ("파", ["파", "하", "가가"])],
)
def test_rows_are_counted_in_three_ways(first, keys):
    assert count_rows(first, 3) == keys


@pytest.mark.parametrize(
    ("numbering", "labels"),
    [
        ("left", ["1", "2", "3", "4", "5"]),
        ("right", ["5", "4", "3", "2", "1"]),
        ("odd-even", ["5", "3", "1", "2", "4"]),
        ("centre", ["L2", "L1", "R1", "R2", "R3"]),
    ],
)
def test_seats_are_counted_in_four_ways(numbering, labels):
    assert number_seats(5, numbering) == labels


def test_a_block_stands_around_the_middle_of_its_front_row():
    rows = make_block(front=(100, 50), rows=2, seats=4, aisles_after=(2,), counting=Counting("가"))

    assert [row["key"] for row in rows] == ["가", "나"]
    assert [seat["x"] for seat in rows[0]["seats"]] == [60, 80, 120, 140]
    assert [seat["y"] for seat in rows[1]["seats"]] == [74] * 4
    assert [seat.get("aisle_after", False) for seat in rows[0]["seats"]] == [
        False,
        True,
        False,
        False,
    ]


def test_a_block_may_lean_bow_and_turn():
    [_, second] = make_block(front=(0, 0), rows=2, seats=2, skew=5)
    [bowed] = make_block(front=(0, 0), rows=1, seats=3, bow=6)
    [turned] = make_block(front=(0, 0), rows=1, seats=2, turn=90)

    assert [seat["x"] for seat in second["seats"]] == [-5, 15]
    assert [seat["y"] for seat in bowed["seats"]] == [-6, 0, -6]
    assert [(seat["x"], seat["y"]) for seat in turned["seats"]] == [(0, -10), (0, 10)]


def test_an_arc_has_as_many_seats_as_fit_at_their_distance():
    [row] = make_arc(centre=(0, 0), radii=[200], angles=(-45, 45), across=20, aisles_at=(0,))

    seats = row["seats"]
    gaps = [hypot(a["x"] - b["x"], a["y"] - b["y"]) for a, b in pairwise(seats)]
    aisles = [seat.get("aisle_after", False) for seat in seats]
    assert all(abs(hypot(seat["x"], seat["y"]) - 200) < 0.1 for seat in seats)
    assert aisles.count(True) == 1 and aisles.index(True) == len(seats) // 2 - 1
    assert all(
        gap > 25 if aisle else abs(gap - 20) < 0.3 for gap, aisle in zip(gaps, aisles, strict=False)
    )
    assert seats[0]["x"] < seats[-1]["x"]


def test_rows_are_priced_by_how_far_their_middle_is():
    rows = make_block(front=(0, 100), rows=3, seats=10, down=100)

    price_by_distance([{"rows": rows}], bands=((150, "VIP"), (250, "R")))

    assert [{seat["category"] for seat in row["seats"]} for row in rows] == [{"VIP"}, {"R"}, {"R"}]
