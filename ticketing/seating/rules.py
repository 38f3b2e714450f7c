"""No lonely seat: whoever picks leaves no single seat behind where another pick leaves none."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ticketing.seating.plan import Plan, Row

FREE, TAKEN = "f", "h"
NEAR_ROWS = 2  # in front and behind; farther away is no alternative to what one has chosen
MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Objection:
    """`stranded` would be left alone.

    Each of `alternatives`, nearest first, is what to have instead of the picks and of those own
    seats that they were to join.
    """

    stranded: list[int]
    alternatives: list[list[int]]


def stranded(plan: Plan, states: str, picks: Iterable[int]) -> list[int]:
    """Return the free seats that `picks` would newly leave without a free neighbour.

    Aisles and the ends of rows are no neighbours; seats that were alone before do not count.
    """
    taken = set(picks)
    lost = set()
    for pick in taken:
        for number in neighbours(plan, pick):
            if states[number] == FREE and number not in taken:
                beside = [one for one in neighbours(plan, number) if states[one] == FREE]
                if beside and taken.issuperset(beside):
                    lost.add(number)
    return sorted(lost)


def leaves_alone(states: str, run: range, start: int, stop: int) -> bool:
    """Return whether taking the free seats from `start` to before `stop` of a run strands one.

    The same as `stranded`, for the many groups that a search looks at.
    """
    before, low = start - 1, run.start
    if before >= low and states[before] == FREE and (before == low or states[before - 1] != FREE):
        return True
    high = run.stop - 1
    return stop <= high and states[stop] == FREE and (stop == high or states[stop + 1] != FREE)


def starts(states: str, first: int, stop: int, size: int) -> Iterator[int]:
    """Yield where `size` free neighbours begin that are all in `first` to before `stop`."""
    wanted = FREE * size
    start = states.find(wanted, first, stop)
    while start >= 0:
        yield start
        start = states.find(wanted, start + 1, stop)


def middle(plan: Plan, numbers: Collection[int]) -> tuple[float, float]:
    """Return the point in the middle of seats, wherever they are."""
    places = [plan.places[number] for number in numbers]
    return sum(one.x for one in places) / len(places), sum(one.y for one in places) / len(places)


def object_to(
    plan: Plan, states: str, picks: Iterable[int], *, mine: Iterable[int] = ()
) -> Objection | None:
    """Refuse `picks` that strand a seat while as many adjacent ones near by would strand none.

    `mine` are seats that the person holds already: what `picks` would join is judged as a whole,
    and may move as a whole. Alternatives are in the same row or up to two rows from it, in the
    categories of the picks, and for wheelchairs only if the picks are. Where there are none,
    nothing is refused.
    """
    own = set(mine)
    wanted = set(picks) - own
    held = set_letters(states, own, TAKEN)
    return _object(plan, held, wanted, own, stranded(plan, held, wanted))


def object_to_leaving(
    plan: Plan, states: str, left: Iterable[int], *, mine: Iterable[int]
) -> Objection | None:
    """Refuse that of `left`, seats that the person gave back, one stays alone beside `mine`.

    Alternatives are to have as many seats near by, none of which leaves a seat alone. Where there
    are none, nothing is refused.
    """
    own = set(mine)
    held = set_letters(states, own, TAKEN)
    lonely = {
        number
        for number in left
        if is_alone(plan, held, number) and own.intersection(neighbours(plan, number))
    }
    return _object(plan, held, set(), own, sorted(lonely))


def is_alone(plan: Plan, states: str, number: int) -> bool:
    """Return whether a seat is free, and neither neighbour is."""
    beside = neighbours(plan, number)
    return states[number] == FREE and all(states[one] != FREE for one in beside)


def neighbours(plan: Plan, number: int) -> list[int]:
    """Return the seats beside one, with no aisle between."""
    run = plan.run_of(number)
    return [one for one in (number - 1, number + 1) if one in run]


def set_letters(states: str, numbers: Iterable[int], letter: str) -> str:
    """Return `states` with the seats of `numbers` as `letter` says."""
    letters = list(states)
    for number in numbers:
        letters[number] = letter
    return "".join(letters)


def _object(
    plan: Plan, held: str, wanted: set[int], own: set[int], lost: list[int]
) -> Objection | None:
    for group in _groups(plan, wanted, own, set(lost)):
        others = wanted - group
        open_to_me = set_letters(set_letters(held, group, FREE), others, TAKEN)
        found = _alternatives(plan, open_to_me, group, own)
        if found:
            return Objection(lost, [sorted({*one, *others}) for one in found])
    return None


def _groups(plan: Plan, wanted: set[int], own: set[int], lost: set[int]) -> Iterator[set[int]]:
    """Yield the seats around each of `lost` that are, or would be, this person's."""
    cells = wanted | own | lost
    left = sorted(lost)
    while left:
        run = plan.run_of(left[0])
        start = stop = left[0]
        while start - 1 in run and start - 1 in cells:
            start -= 1
        while stop + 1 in run and stop + 1 in cells:
            stop += 1
        left = [number for number in left if number > stop]
        yield set(range(start, stop + 1)) - lost


def _alternatives(plan: Plan, states: str, group: set[int], own: set[int]) -> list[range]:
    """Return the best groups of the same size that leave nobody alone."""
    home = plan.row_indexes[min(group)]
    x, y = middle(plan, group)
    found = []
    for step, row in _rows_near(plan, home):
        for candidate in _free_groups(states, row, len(group)):
            if _alike(plan, candidate, group):
                there = middle(plan, candidate)
                distance = (there[0] - x) ** 2 + (there[1] - y) ** 2
                given_up = len((own & group).difference(candidate))
                found.append((given_up, step, distance, candidate.start, candidate))
    return [candidate for *_, candidate in sorted(found)[:MOST_ALTERNATIVES]]


def _rows_near(plan: Plan, home: int) -> Iterator[tuple[int, Row]]:
    section = plan.rows[home].section
    for index in range(max(home - NEAR_ROWS, 0), home + NEAR_ROWS + 1):
        if index < len(plan.rows) and plan.rows[index].section == section:
            yield abs(index - home), plan.rows[index]


def _free_groups(states: str, row: Row, size: int) -> Iterator[range]:
    for run in row.runs:
        for start in starts(states, run.start, run.stop, size):
            if not leaves_alone(states, run, start, start + size):
                yield range(start, start + size)


def _alike(plan: Plan, candidate: Collection[int], group: Collection[int]) -> bool:
    """Return whether `candidate` may be offered to who wanted `group`, wheelchairs and all."""
    wanted = [plan.places[number] for number in group]
    offered = [plan.places[number] for number in candidate]
    if not {one.category for one in offered} <= {one.category for one in wanted}:
        return False
    if not any(one.accessible or one.companion for one in wanted):
        return not any(one.accessible or one.companion for one in offered)
    return sum(one.accessible for one in offered) >= sum(one.accessible for one in wanted)
