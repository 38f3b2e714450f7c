"""Looking for groups: the best ones, those with a place for a wheelchair, the nearest ones."""

from collections.abc import Iterable, Iterator
from math import hypot, inf

from ticketing.seating.groups import Cost, find_groups
from ticketing.seating.sight import Sight, Stretch

ORDINARY = 1e6  # beside a wheelchair, what a seat costs more that is no companion's
SPACE = 1e9  # and what each further place for one costs


def find_best(
    sight: Sight,
    states: str,
    stretches: Iterable[Stretch],
    size: int,
    *,
    accessible: bool = False,
    limit: int = 1,
) -> list[range]:
    """Return the best free groups of `size`, with a place for a wheelchair if `accessible`."""
    if not accessible:
        return find_groups(states, stretches, size, _quality(sight, size), limit=limit)
    spaces = sight.spaces
    reserved = [one for one in stretches if spaces[one.stop] > spaces[one.start]]
    return find_groups(states, reserved, size, _need(sight, size), limit=limit)


def find_near(
    sight: Sight,
    states: str,
    stretches: Iterable[Stretch],
    size: int,
    point: tuple[float, float],
    *,
    limit: int = 1,
    within: float = inf,
) -> list[range]:
    """Return the free groups of `size` whose middles are nearest to `point` and `within` reach."""

    def cost(start: int) -> float | None:
        x, y = sight.middle(start, start + size)
        away = hypot(x - point[0], y - point[1])
        return away if away <= within else None

    return find_groups(states, sorted(_around(stretches, point, within)), size, cost, limit=limit)


def _quality(sight: Sight, size: int) -> Cost:
    sums = sight.cost_sums
    return lambda start: (sums[start + size] - sums[start]) / size


def _need(sight: Sight, size: int) -> Cost:
    """Return what groups cost one person in a wheelchair and those who come along."""
    sums, spaces, companions = sight.cost_sums, sight.spaces, sight.companions

    def cost(start: int) -> float | None:
        stop = start + size
        taken = spaces[stop] - spaces[start]
        if not taken:
            return None
        ordinary = size - taken - (companions[stop] - companions[start])
        return taken * SPACE + ordinary * ORDINARY + (sums[stop] - sums[start]) / size

    return cost


def _around(
    stretches: Iterable[Stretch], point: tuple[float, float], within: float
) -> Iterator[Stretch]:
    """Yield the stretches that come `within` reach, bounded by how near that may be."""
    for stretch in stretches:
        bound = hypot(stretch.x - point[0], stretch.y - point[1]) - stretch.reach
        if bound <= within:
            yield stretch._replace(bound=bound)
