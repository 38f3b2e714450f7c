"""The best seats that are free: side by side, well in the middle, and nobody left alone."""

from collections.abc import Collection

from ticketing.seating.looking import find_best, find_near
from ticketing.seating.plan import Plan
from ticketing.seating.rules import FREE, MOST_ALTERNATIVES, middle
from ticketing.seating.sight import sight_of
from ticketing.seating.splitting import find_split, gather, spare_neighbours


def best_available(
    plan: Plan,
    states: str,
    *,
    category: str,
    quantity: int,
    split: bool = False,
    accessible: bool = False,
) -> list[int]:
    """Return the numbers of the best `quantity` free seats of a category; none if there are none.

    They are side by side; with `split`, where that is not to be had, in groups near each other.
    Places for wheelchairs and companions are given only if `accessible`: then there is one for a
    wheelchair. A single seat is left alone only where it cannot be avoided.
    """
    if not plan.has_category(category) or not 0 < quantity <= states.count(FREE):
        return []
    sight = sight_of(plan)
    categories = frozenset([plan.category_index(category)])
    wanted = sight.stretches(categories, accessible=accessible)
    together = find_best(sight, states, wanted, quantity, accessible=accessible)
    if together:
        return list(together[0])
    if not split:
        return []
    plain = sight.stretches(categories, accessible=False)
    found = find_split(sight, states, plain, quantity, anchors=wanted, accessible=accessible)
    return sorted(spare_neighbours(plan, states, found))


def nearest(
    plan: Plan,
    states: str,
    numbers: Collection[int],
    *,
    category: str | None = None,
    limit: int = MOST_ALTERNATIVES,
) -> list[list[int]]:
    """Return up to `limit` ways to have as many free seats near `numbers`, nearest first.

    They are side by side where that is possible, of `category` or else of those of `numbers`, and
    places for wheelchairs and companions only if one of `numbers` is.
    """
    if not numbers:
        return []
    sight = sight_of(plan)
    places = [plan.places[number] for number in numbers]
    indexes = [plan.category_index(category)] if category else [one.category for one in places]
    reserved = any(one.accessible or one.companion for one in places)
    stretches = sight.stretches(frozenset(indexes), accessible=reserved)
    point = middle(plan, numbers)
    found = find_near(sight, states, stretches, len(places), point, limit=limit)
    if found:
        return [list(group) for group in found]
    scattered = gather(sight, states, stretches, len(places), point)
    return [sorted(spare_neighbours(plan, states, scattered))] if scattered else []
