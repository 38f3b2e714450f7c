"""What each seat of a plan is worth, worked out once for all who look for good ones."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from math import hypot
from statistics import median
from typing import NamedTuple

from ticketing.seating.plan import Plan, Row

CENTRALITY = 0.25  # a unit off the middle of the row is worth a quarter of a unit farther away


class Stretch(NamedTuple):
    """Neighbours in one run that the same people may have; no seat costs less than `bound`.

    All of them lie within `reach` of (`x`, `y`).
    """

    bound: float
    start: int
    stop: int
    run: range
    x: float
    y: float
    reach: float


class Sight:
    """A plan with the costs of its seats; the best ones cost least.

    A seat costs its distance to the stage and a quarter of that to the middle of its row: of the
    real row, however much of it is sold. Sums over numbers are kept, so that the cost and the
    middle of any group take two look-ups.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.costs = [cost for row in plan.rows for cost in _costs(plan, row)]
        self.cost_sums = _sums(self.costs)
        self.x_sums = _sums(place.x for place in plan.places)
        self.y_sums = _sums(place.y for place in plan.places)
        self.spaces = _sums(place.accessible for place in plan.places)
        self.companions = _sums(place.companion for place in plan.places)
        self.pitch = _pitch(plan)
        self._stretches: dict[tuple[frozenset[int], bool], list[Stretch]] = {}

    def stretches(self, categories: frozenset[int], *, accessible: bool) -> list[Stretch]:
        """Return where people find seats of `categories`, best first.

        Places for wheelchairs and their companions are among them only if `accessible`.
        """
        found = self._stretches.get((categories, accessible))
        if found is None:
            found = sorted(self._make_stretches(categories, accessible))
            self._stretches[categories, accessible] = found
        return found

    def middle(self, start: int, stop: int) -> tuple[float, float]:
        """Return the middle of the seats from `start` to before `stop`."""
        count = stop - start
        return (
            (self.x_sums[stop] - self.x_sums[start]) / count,
            (self.y_sums[stop] - self.y_sums[start]) / count,
        )

    def _make_stretches(self, categories: frozenset[int], accessible: bool) -> Iterator[Stretch]:
        fitting = [
            place.category in categories
            and (accessible or not (place.accessible or place.companion))
            for place in self.plan.places
        ]
        for run in self.plan.runs:
            start = run.start
            for number in run:
                if not fitting[number]:
                    yield from self._stretch(start, number, run)
                    start = number + 1
            yield from self._stretch(start, run.stop, run)

    def _stretch(self, start: int, stop: int, run: range) -> Iterator[Stretch]:
        if start < stop:
            places = self.plan.places[start:stop]
            x, y = self.middle(start, stop)
            reach = max(hypot(place.x - x, place.y - y) for place in places)
            yield Stretch(min(self.costs[start:stop]), start, stop, run, x, y, reach)


@lru_cache(maxsize=64)
def sight_of(plan: Plan) -> Sight:
    """Return the costs of a plan's seats."""
    return Sight(plan)


def _costs(plan: Plan, row: Row) -> Iterator[int]:
    """Yield the cost of each seat of a row, in hundredths of a unit."""
    places = [plan.places[number] for number in row.numbers]
    x = sum(place.x for place in places) / row.count
    y = sum(place.y for place in places) / row.count
    for place in places:
        away = hypot(place.x - plan.focus[0], place.y - plan.focus[1])
        aside = hypot(place.x - x, place.y - y)
        yield round(100 * (away + CENTRALITY * aside))


def _pitch(plan: Plan) -> float:
    """Return how far apart neighbours usually sit."""
    pairs = [
        hypot(
            plan.places[number].x - plan.places[number + 1].x,
            plan.places[number].y - plan.places[number + 1].y,
        )
        for run in plan.runs
        for number in run[:-1]
    ]
    return median(pairs) if pairs else 20.0


def _sums(values: Iterable[float]) -> list[float]:
    """Return sums such that those of a slice are the difference of two."""
    return [0, *accumulate(values)]
