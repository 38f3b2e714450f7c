"""No lonely seat: the rule against an oracle that knows nothing but the definition."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.seating.drawings import plan_of
from ticketing.seating.rules import leaves_alone, object_to, object_to_leaving, stranded

LONGEST = 12


def lonely(free, runs):
    """Return the free seats without a free neighbour."""
    return {
        number
        for run in runs
        for number in run
        if number in free
        and not any(beside in run and beside in free for beside in (number - 1, number + 1))
    }


def lost_by(free, picks, runs):
    """Return the seats that `picks` newly leave lonely, by the words of the rule."""
    return lonely(free - set(picks), runs) - lonely(free, runs)


def all_groups(free, runs, size):
    """Yield each `size` free seats side by side."""
    for run in runs:
        for start in range(run.start, run.stop - size + 1):
            if free.issuperset(range(start, start + size)):
                yield range(start, start + size)


def states_of(letters):
    return "".join(letters)


@pytest.mark.parametrize("length", range(1, LONGEST + 1))
def test_every_pick_in_every_row_is_judged_as_the_rule_says(length):
    plan = plan_of("A" * length)
    runs = [range(length)]
    refused = accepted = 0

    for letters in product("fs", repeat=length):
        states = states_of(letters)
        free = {number for number, letter in enumerate(letters) if letter == "f"}
        for size in range(1, length + 1):
            groups = list(all_groups(free, runs, size))
            clean = [list(group) for group in groups if not lost_by(free, group, runs)]
            for group in groups:
                lost = sorted(lost_by(free, group, runs))
                objection = object_to(plan, states, group)

                assert stranded(plan, states, group) == lost
                assert leaves_alone(states, runs[0], group.start, group.stop) == bool(lost)
                assert (objection is not None) == bool(lost and clean)
                if objection:
                    assert objection.stranded == lost
                    assert all(one in clean for one in objection.alternatives)
                    assert len(objection.alternatives) == min(3, len(clean))
                refused += objection is not None
                accepted += objection is None

    assert accepted
    assert refused or length < 3  # a row of three is the first where one can move over


@given(st.data())
def test_rows_with_aisles_and_rows_behind_are_judged_as_the_rule_says(data):
    drawn = data.draw(
        st.lists(st.from_regex(r"A{1,4}(\|A{1,4}){0,2}", fullmatch=True), min_size=1, max_size=3)
    )
    plan = plan_of(*drawn)
    states = data.draw(st.text("ffshb", min_size=len(plan.places), max_size=len(plan.places)))
    free = {number for number, letter in enumerate(states) if letter == "f"}
    groups = [g for size in range(1, 5) for g in all_groups(free, plan.runs, size)]
    if not groups:
        return
    group = data.draw(st.sampled_from(groups))

    objection = object_to(plan, states, group)

    lost = lost_by(free, group, plan.runs)
    same = all_groups(free, plan.runs, len(group))
    clean = [list(one) for one in same if not lost_by(free, one, plan.runs)]
    assert stranded(plan, states, group) == sorted(lost)
    assert (objection is not None) == bool(lost and clean)  # three rows are all near each other
    if objection:
        assert all(one in clean for one in objection.alternatives)


@given(st.text("fshb", min_size=1, max_size=10), st.data())
def test_scattered_picks_strand_what_the_rule_says(states, data):
    plan = plan_of("A" * len(states))
    free = {number for number, letter in enumerate(states) if letter == "f"}
    picks = data.draw(st.sets(st.integers(0, len(states) - 1)))  # even such as are not free

    assert stranded(plan, states, picks) == sorted(lost_by(free, picks, plan.runs))


@given(st.text("ffs", min_size=2, max_size=12), st.data())
def test_seat_by_seat_each_pick_is_judged_with_what_it_would_join(states, data):
    plan = plan_of("A" * len(states))
    free = {number for number, letter in enumerate(states) if letter == "f"}
    mine: set[int] = set()

    for _ in range(data.draw(st.integers(1, 4))):
        if free == mine:
            break
        pick = data.draw(st.sampled_from(sorted(free - mine)))
        now = "".join("h" if n in mine else letter for n, letter in enumerate(states))
        objection = object_to(plan, now, [pick], mine=mine)

        lost = lost_by(free - mine, {pick}, plan.runs)
        group = joined(mine, pick, lost)
        open_to_me = free - (mine - group)
        clean = [
            list(one)
            for one in all_groups(open_to_me, plan.runs, len(group))
            if not lost_by(open_to_me, one, plan.runs)
        ]
        assert (objection is not None) == bool(lost and clean)
        if objection:
            assert all(one in clean for one in objection.alternatives)
        mine.add(pick)


def joined(mine, pick, lost):
    """Return `pick` and those of `mine` that it hangs together with, over the seats it strands."""
    cells, group, next_to = mine | {pick} | lost, set(), [pick]
    while next_to:
        number = next_to.pop()
        if number in cells - group:
            group.add(number)
            next_to += [number - 1, number + 1]
    return group - lost


def test_a_refusal_says_who_would_be_alone_and_where_else_to_sit():
    plan = plan_of("AAAAAA")

    objection = object_to(plan, "ffffff", [1, 2])

    assert objection.stranded == [0]
    assert objection.alternatives == [[0, 1], [2, 3], [4, 5]]


def test_what_cannot_be_avoided_is_allowed():
    assert object_to(plan_of("AAA"), "fff", [0, 1]) is None
    assert stranded(plan_of("AAA"), "fff", [0, 1]) == [2]


def test_a_near_row_is_an_alternative_and_a_far_one_is_not():
    rows = ["AAA", "AA", "AA", "AA"]
    first_only = "fff" + "ss" + "ss" + "ff"

    assert object_to(plan_of(*rows), "fff" + "ss" + "ff" + "ff", [0, 1]).alternatives == [[5, 6]]
    assert object_to(plan_of(*rows), first_only, [0, 1]) is None


def test_an_aisle_is_no_neighbour():
    plan = plan_of("AA|AAA")

    assert stranded(plan, "fffff", [1]) == [0]
    assert stranded(plan, "fffff", [0, 1]) == []
    assert stranded(plan, "fffff", [2]) == []


def test_a_seat_that_was_alone_before_does_not_count():
    assert stranded(plan_of("AAAAA"), "fsfff", [2]) == []


def test_a_seat_of_another_price_is_no_alternative():
    plan = plan_of("AAA", "BBBB")

    assert object_to(plan, "fff" + "ffff", [0, 1]) is None


def test_a_place_for_a_wheelchair_is_an_alternative_only_for_one():
    plan = plan_of("AAA", "aaAA", "aaaa")
    free = "fff" + "ffss" + "ssss"

    assert object_to(plan, free, [0, 1]) is None
    assert object_to(plan, "sss" + "ffff" + "ffff", [4, 5]).alternatives[:2] == [[3, 4], [7, 8]]


def test_a_group_that_grows_is_judged_and_moved_as_a_whole():
    plan = plan_of("AAAAAA")

    growing = object_to(plan, "fffhff", [4], mine=[3])

    assert growing.stranded == [5]
    assert growing.alternatives == [[2, 3], [4, 5], [0, 1]]


def test_alternatives_that_keep_what_one_has_come_first():
    objection = object_to(plan_of("A" * 8), "fffhffff", [5], mine=[3])

    assert objection.stranded == [4]
    assert objection.alternatives == [[3, 4], [2, 3], [4, 5]]


def test_a_group_that_grows_by_its_neighbour_and_strands_nobody_is_welcome():
    assert object_to(plan_of("AAAAAA"), "fhffff", [0], mine=[1]) is None
    assert object_to(plan_of("AAAAAA"), "hhffff", [2, 3], mine=[0, 1]) is None


def test_what_others_hold_is_no_alternative():
    plan = plan_of("AAAA")

    assert object_to(plan, "fffh", [0], mine=()) is None
    assert object_to(plan, "fffh", [1], mine=()).alternatives == [[0], [2]]


def test_seats_that_one_holds_elsewhere_stay_where_they_are():
    plan = plan_of("AAAAAA|AAAAAA")

    objection = object_to(plan, "hhffff" + "ffffff", [7, 8], mine=[0, 1])

    assert objection.stranded == [6]
    assert [6, 7] in objection.alternatives
    assert all(not {0, 1} & set(one) for one in objection.alternatives)


def test_of_picks_in_two_places_the_good_ones_stay():
    plan = plan_of("AAAAAA|AAAAAA")

    objection = object_to(plan, "f" * 12, [0, 1, 7, 8])

    assert objection.stranded == [6]
    assert all(len(one) == 4 and {0, 1} <= set(one) for one in objection.alternatives)


@pytest.mark.parametrize("length", range(1, 8))
def test_whatever_was_given_back_is_judged_by_what_it_leaves_beside_ones_own(length):
    plan = plan_of("A" * length)
    runs = [range(length)]
    refused = accepted = 0

    for letters in product("fsm", repeat=length):
        mine = {number for number, letter in enumerate(letters) if letter == "m"}
        free = {number for number, letter in enumerate(letters) if letter == "f"}
        states = states_of(letters).replace("m", "h")
        for left in range(length):
            objection = object_to_leaving(plan, states, [left], mine=mine)

            group = joined(mine, left, {left}) if left in lonely(free, runs) else set()
            open_to_me = free | group
            clean = [
                list(one)
                for one in all_groups(open_to_me, runs, len(group))
                if not lost_by(open_to_me, one, runs)
            ]
            assert (objection is not None) == bool(group and clean)
            if objection:
                assert objection.stranded == [left]
                assert all(one in clean for one in objection.alternatives)
            refused += objection is not None
            accepted += objection is None

    assert accepted
    assert refused or length < 3


def test_a_seat_that_was_given_back_counts_only_alone_and_beside_ones_own():
    plan = plan_of("AAAAAA")

    assert object_to_leaving(plan, "fhhfff", [0], mine=[1, 2]).alternatives[0] == [0, 1]
    assert object_to_leaving(plan, "fhhsff", [5], mine=[1, 2]) is None
    assert object_to_leaving(plan, "fhhfff", [0], mine=[]) is None
    assert object_to_leaving(plan, "shhfff", [0], mine=[1, 2]) is None
