"""When no row has enough seats side by side: a few groups, near each other."""

from collections.abc import Iterator, Sequence
from itertools import islice

from ticketing.seating.looking import find_best, find_near
from ticketing.seating.plan import Plan
from ticketing.seating.rules import FREE, TAKEN, object_to
from ticketing.seating.sight import Sight, Stretch

ANCHORS = 8  # how many of the best groups are tried as the one that the others sit near
NEAR = 6  # seats: how far apart two groups may be, besides their own width
MOST_WAYS = 40  # to split, as people arrive in groups of ten and not of fifty


def find_split(
    sight: Sight,
    states: str,
    stretches: Sequence[Stretch],
    size: int,
    *,
    anchors: Sequence[Stretch],
    accessible: bool = False,
) -> list[int]:
    """Return `size` free seats in as few groups as can be near each other, no one alone if so.

    The first group is sought in `anchors`, for a wheelchair if `accessible`. If there are not
    enough seats near each other, they may be anywhere.
    """
    for sizes in islice(_ways(size), MOST_WAYS):
        for anchor in find_best(
            sight, states, anchors, sizes[0], accessible=accessible, limit=ANCHORS
        ):
            found = _complete(sight, states, stretches, anchor, sizes[1:])
            if found:
                return found
    return _scatter(sight, states, stretches, size, anchors, accessible)


def gather(
    sight: Sight,
    states: str,
    stretches: Sequence[Stretch],
    size: int,
    point: tuple[float, float],
) -> list[int]:
    """Return `size` free seats in groups as large as can be, each as near to `point` as can be."""
    found: list[int] = []
    largest = size if states.count(FREE) >= size else 0
    while largest and len(found) < size:
        largest = min(largest, size - len(found))
        groups = find_near(sight, states, stretches, largest, point)
        if groups:
            found += groups[0]
            states = take(states, groups[0])
        elif largest == 1:
            return []
        else:
            largest -= 1
    return found


def spare_neighbours(plan: Plan, states: str, numbers: list[int]) -> list[int]:
    """Return `numbers`, with groups that would be refused moved to where nobody is left alone."""
    for _ in numbers:
        objection = object_to(plan, states, numbers)
        if objection is None:
            break
        numbers = objection.alternatives[0]
    return numbers


def take(states: str, group: range) -> str:
    """Return `states` with the seats of `group` no longer free."""
    return states[: group.start] + TAKEN * len(group) + states[group.stop :]


def _complete(
    sight: Sight, states: str, stretches: Sequence[Stretch], anchor: range, sizes: Sequence[int]
) -> list[int]:
    """Return the seats of `anchor` and of groups of `sizes` near it; none if one is missing."""
    point = sight.middle(anchor.start, anchor.stop)
    found = list(anchor)
    states = take(states, anchor)
    for size in sizes:
        within = sight.pitch * (NEAR + (len(anchor) + size) / 2)
        groups = find_near(sight, states, stretches, size, point, within=within)
        if not groups:
            return []
        found += groups[0]
        states = take(states, groups[0])
    return found


def _scatter(
    sight: Sight,
    states: str,
    stretches: Sequence[Stretch],
    size: int,
    anchors: Sequence[Stretch],
    accessible: bool,
) -> list[int]:
    for largest in range(size - 1, 0, -1):
        groups = find_best(sight, states, anchors, largest, accessible=accessible)
        if groups:
            anchor = groups[0]
            point = sight.middle(anchor.start, anchor.stop)
            rest = gather(sight, take(states, anchor), stretches, size - largest, point)
            return [*anchor, *rest] if rest else []
    return []


def _ways(size: int) -> Iterator[list[int]]:
    """Yield how to split `size`: few groups first, then with few people alone, then evenly."""
    for parts in range(2, size + 1):
        ways = islice(_partitions(size, parts, size), MOST_WAYS)
        yield from sorted(ways, key=lambda sizes: (sizes.count(1), sizes[0]))


def _partitions(size: int, parts: int, largest: int) -> Iterator[list[int]]:
    """Yield the ways to write `size` as a sum of `parts`, each at most the one before."""
    if parts == 1:
        if size <= largest:
            yield [size]
        return
    for first in range(min(largest, size - parts + 1), 0, -1):
        if first * parts >= size:
            for rest in _partitions(size - first, parts - 1, first):
                yield [first, *rest]
