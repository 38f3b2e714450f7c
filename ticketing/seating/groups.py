"""Searching for free seats side by side."""

from collections.abc import Callable, Iterable

from ticketing.seating.rules import leaves_alone, starts
from ticketing.seating.sight import Stretch

Cost = Callable[[int], float | None]  # of the group that starts at a number; None: it does not do
Group = tuple[float, int]  # its cost, and the number of its first seat


def find_groups(
    states: str, stretches: Iterable[Stretch], size: int, cost: Cost, *, limit: int = 1
) -> list[range]:
    """Return the cheapest groups of `size` free neighbours, none of which overlap.

    Those that leave a single seat alone come only where there are no others. `stretches` are
    sorted by their bounds, below which no group in them costs.
    """
    clean: list[Group] = []
    spoiling: list[Group] = []
    for stretch in stretches:
        if len(clean) == limit and stretch.bound > clean[-1][0]:
            break
        better, worse = _groups_in(states, stretch, size, cost)
        clean = _merge(clean, better, size, limit)
        if not clean:
            spoiling = _merge(spoiling, worse, size, limit)
    return [range(start, start + size) for _cost, start in clean or spoiling]


def _groups_in(
    states: str, stretch: Stretch, size: int, cost: Cost
) -> tuple[list[Group], list[Group]]:
    """Return the groups in `stretch` that leave nobody alone, and the others."""
    clean: list[Group] = []
    spoiling: list[Group] = []
    for start in starts(states, stretch.start, stretch.stop, size):
        price = cost(start)
        if price is not None:
            alone = leaves_alone(states, stretch.run, start, start + size)
            (spoiling if alone else clean).append((price, start))
    return clean, spoiling


def _merge(best: list[Group], more: list[Group], size: int, limit: int) -> list[Group]:
    """Return the `limit` best of both; those of one stretch must not overlap."""
    if not more:
        return best
    if limit == 1:
        return [min(*best, *more)] if best or len(more) > 1 else more
    apart: list[Group] = []
    for one in sorted(more):
        if all(abs(one[1] - other[1]) >= size for other in apart):
            apart.append(one)
        if len(apart) == limit:
            break
    return sorted([*best, *apart])[:limit]
