"""The best seats that are free, against an oracle that looks at everything."""

from itertools import combinations, product
from math import hypot
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.seating.drawings import plan_of
from ticketing.seating.best import best_available, nearest
from ticketing.seating.rules import object_to, stranded
from ticketing.seating.samples import SAMPLES, sample

ROWS = st.from_regex(r"[ABac]{1,5}(\|[ABac]{1,4}){0,2}", fullmatch=True)
PLANS = st.lists(ROWS, min_size=1, max_size=3).map(lambda rows: plan_of(*rows))


@st.composite
def halls(draw, letters="fffshb"):
    """Draw a small plan and states for it."""
    plan = draw(PLANS)
    count = len(plan.places)
    return plan, draw(st.text(letters, min_size=count, max_size=count))


def worth(plan, number):
    """Return a seat's cost: how far it is from the stage, and a little from its row's middle."""
    place, row = plan.places[number], plan.row_of(number)
    mates = [plan.places[n] for n in row.numbers]
    x, y = (sum(getattr(one, axis) for one in mates) / len(mates) for axis in "xy")
    away = hypot(place.x - plan.focus[0], place.y - plan.focus[1])
    return round(100 * (away + 0.25 * hypot(place.x - x, place.y - y)))


def groups(plan, states, category, size, *, spaces=False):
    """Return all free groups of `size` neighbours that may be given."""
    index = plan.category_index(category)
    found = []
    for run in plan.runs:
        for start in range(run.start, run.stop - size + 1):
            group = list(range(start, start + size))
            places = [plan.places[n] for n in group]
            if all(states[n] == "f" for n in group) and all(
                one.category == index and (spaces or not (one.accessible or one.companion))
                for one in places
            ):
                found.append(group)
    return found


def oracle(plan, states, category, size):
    """Return the best group: nobody alone, then the lowest costs, then the lowest number."""
    worths = [worth(plan, number) for number in range(len(states))]
    return min(
        groups(plan, states, category, size),
        key=lambda group: (
            bool(stranded(plan, states, group)),
            sum(worths[n] for n in group) / size,
            group[0],
        ),
        default=[],
    )


@given(halls(), st.integers(1, 5))
def test_the_best_group_is_the_best_of_all(hall, quantity):
    plan, states = hall

    found = best_available(plan, states, category="A", quantity=quantity)

    assert found == oracle(plan, states, "A", quantity)


@given(halls(), st.integers(1, 5))
def test_nobody_is_left_alone_where_that_can_be_avoided(hall, quantity):
    plan, states = hall

    found = best_available(plan, states, category="A", quantity=quantity)

    if stranded(plan, states, found):
        assert all(stranded(plan, states, one) for one in groups(plan, states, "A", quantity))
    assert object_to(plan, states, found) is None  # what is given is never refused


@given(halls(), st.integers(1, 4))
def test_one_place_for_a_wheelchair_is_among_them_when_it_is_asked_for(hall, quantity):
    plan, states = hall

    found = best_available(plan, states, category="A", quantity=quantity, accessible=True)

    def num_spaces(group):
        return sum(plan.places[n].accessible for n in group)

    choices = [one for one in groups(plan, states, "A", quantity, spaces=True) if num_spaces(one)]
    clean = [one for one in choices if not stranded(plan, states, one)]
    fitting = clean or choices
    assert bool(found) == bool(choices)
    if found:
        assert found in fitting
        assert num_spaces(found) == min(map(num_spaces, fitting))
        assert object_to(plan, states, found) is None


@given(halls(letters="ffs"), st.integers(1, 6))
def test_a_split_finds_seats_whenever_there_are_enough(hall, quantity):
    plan, states = hall
    plain = [n for n in range(len(states)) if is_ordinary(plan, states, n)]

    found = best_available(plan, states, category="A", quantity=quantity, split=True)

    assert len(found) == (quantity if len(plain) >= quantity else 0)
    assert set(found) <= set(plain)
    assert found == sorted(set(found))
    together = best_available(plan, states, category="A", quantity=quantity)
    assert not together or found == together
    assert object_to(plan, states, found) is None


def is_ordinary(plan, states, number):
    """Return whether `number` may be given to anyone who asks for category A."""
    place = plan.places[number]
    wanted = place.category == plan.category_index("A")
    return states[number] == "f" and wanted and not (place.accessible or place.companion)


@given(halls(letters="ffs"), st.integers(1, 4))
def test_alternatives_are_free_alike_apart_and_near(hall, size):
    plan, states = hall
    lost = [
        number
        for number, place in enumerate(plan.places)
        if states[number] != "f"
        and plan.categories[place.category].key == "A"
        and not (place.accessible or place.companion)
    ][:size]
    assume(lost)

    found = nearest(plan, states, lost)

    choices = groups(plan, states, "A", len(lost))
    clean = [one for one in choices if not stranded(plan, states, one)] or choices
    if choices:
        assert found
        assert all(one in clean for one in found)
        assert all(not set(one) & set(other) for one, other in combinations(found, 2))
        distance = [away(plan, one, lost) for one in found]
        assert distance == sorted(distance)
        assert distance[0] == pytest.approx(min(away(plan, one, lost) for one in clean))
    assert all(len(one) == len(lost) for one in found)
    assert all(object_to(plan, states, one) is None for one in found)


def away(plan, group, lost):
    """Return how far the middles of two groups are apart."""
    ax, ay, bx, by = (
        sum(getattr(plan.places[n], axis) for n in numbers) / len(numbers)
        for numbers in (group, lost)
        for axis in "xy"
    )
    return round(hypot(ax - bx, ay - by), 6)


@pytest.mark.parametrize("name", ["theatre", "concert"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.9])
@pytest.mark.parametrize("seed", range(3))
def test_in_a_whole_hall_too_nothing_better_is_passed_over(name, share, seed):
    plan, chance = sample(name), Random(seed)
    states = "".join("s" if chance.random() < share else "f" for _ in plan.places)

    for category, size in product([one.key for one in plan.categories], (1, 2, 3)):
        lost = chance.choice(groups(plan, "f" * len(states), category, size))
        found = nearest(plan, states, lost)
        choices = groups(plan, states, category, size)
        clean = [one for one in choices if not stranded(plan, states, one)] or choices

        best = oracle(plan, states, category, size)
        assert best_available(plan, states, category=category, quantity=size) == best
        if choices:
            assert away(plan, found[0], lost) == min(away(plan, one, lost) for one in clean)


def test_an_empty_hall_gives_the_middle_of_the_front_row():
    plan = plan_of("AAAAAA", "AAAAAA")

    assert best_available(plan, "f" * 12, category="A", quantity=2) == [2, 3]


def test_the_middle_is_that_of_the_real_row_and_not_of_what_is_free():
    plan = plan_of("A" * 12)

    # Free are 1 to 7; the middle of the hall is between 5 and 6, that of the free ones at 4.
    found = best_available(plan, "sfffffff" + "ssss", category="A", quantity=2)

    assert found == [4, 5]


def test_the_end_of_a_row_gives_way_to_the_middle_of_the_next():
    plan = plan_of("A" * 20, "A" * 20)
    front_end_only = "ff" + "s" * 18

    assert best_available(plan, front_end_only + "f" * 20, category="A", quantity=2) == [29, 30]


def test_groups_do_not_reach_over_aisles_or_into_other_prices():
    assert best_available(plan_of("AA|AA"), "ffff", category="A", quantity=3) == []
    assert best_available(plan_of("AABA"), "ffff", category="A", quantity=3) == []


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_no_seats_are_found_where_the_question_makes_no_sense(quantity):
    plan = plan_of("AAA")

    assert best_available(plan, "fff", category="A", quantity=quantity) == []
    assert best_available(plan, "fff", category="Z", quantity=1) == []


def test_places_for_wheelchairs_are_kept_even_when_they_are_the_last():
    plan = plan_of("acA")

    assert best_available(plan, "ffs", category="A", quantity=2) == []
    assert best_available(plan, "ffs", category="A", quantity=2, split=True) == []
    assert best_available(plan, "ffs", category="A", quantity=2, accessible=True) == [0, 1]


def test_a_wheelchair_comes_with_its_companions_seat_rather_than_a_better_one():
    plan = plan_of("caAAAA")

    assert best_available(plan, "ffffff", category="A", quantity=2, accessible=True) == [0, 1]


def test_a_split_leaves_nobody_to_sit_alone_and_keeps_the_groups_near():
    plan = plan_of("AAA|A", "AA|AA", "A" * 2)

    found = best_available(plan, "fffs" + "fsff" + "ss", category="A", quantity=4, split=True)

    assert found == [1, 2, 6, 7]


def test_alternatives_are_split_only_where_nothing_is_together():
    plan = plan_of("AAAA", "AAAA")

    assert nearest(plan, "sssf" + "fsff", [1, 2]) == [[6, 7]]
    assert nearest(plan, "sssf" + "fsfs", [1, 2]) == [[3, 6]]
    assert nearest(plan, "ssss" + "ssss", [1, 2]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hall_sells_out_by_best_available_without_giving_away_what_is_kept(name):
    plan = sample(name)
    kept = {n for n, one in enumerate(plan.places) if one.accessible or one.companion}
    category = plan.categories[0].key
    states = "f" * len(plan.places)
    sold: set[int] = set()

    while found := best_available(plan, states, category=category, quantity=2, split=True):
        assert not sold & set(found)
        sold |= set(found)
        states = "".join("s" if n in sold else "f" for n in range(len(states)))
        if len(sold) > 600:
            break

    assert sold
    assert not sold & kept
