"""A hall as a drawing of a few kilobytes: SVG that takes its colours from the page around it."""

from collections.abc import Iterator
from math import ceil, hypot
from statistics import quantiles

from ticketing.seating.plan import Plan

MOST_POINTS = 1500  # above it, rows are drawn as lines
BANDS = 8  # colours of categories
SAMPLED = 200  # neighbours are enough to know how far apart people sit


def sketch(plan: Plan) -> str:
    """Return `plan` as an `<svg>` without words; its classes are those of css/halls.css."""
    stroke = round(_pitch(plan) * 0.75, 1)
    parts = [
        f'<rect class="sketch-shape" x="{one.x:g}" y="{one.y:g}"'
        f' width="{one.width:g}" height="{one.height:g}"/>'
        for one in plan.shapes
    ]
    for colour, lines in _by_colour(plan).items():
        parts.append(
            f'<path class="sketch-{colour}" stroke-width="{stroke:g}" d="{"".join(lines)}"/>'
        )
    size = f"0 0 {ceil(plan.width)} {ceil(plan.height)}"
    return (
        f'<svg class="sketch" viewBox="{size}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _by_colour(plan: Plan) -> dict[int, list[str]]:
    """Return the lines of the seats by the colour of their category."""
    step = ceil(len(plan.places) / MOST_POINTS)
    lines: dict[int, list[str]] = {}
    for category, stretch in _stretches(plan):
        colour = plan.categories[category].colour % BANDS
        lines.setdefault(colour, []).append(_line(plan, stretch, step))
    return lines


def _stretches(plan: Plan) -> Iterator[tuple[int, range]]:
    """Yield neighbours of one category, with its index."""
    for run in plan.runs:
        start = run.start
        for number in run:
            category = plan.places[number].category
            if number + 1 == run.stop or plan.places[number + 1].category != category:
                yield category, range(start, number + 1)
                start = number + 1


def _line(plan: Plan, stretch: range, step: int) -> str:
    """Return the path of some neighbours: a dot each, or a line along them."""
    if step == 1:
        return "".join(f"M{_at(plan, number)}h0" for number in stretch)
    points = [*stretch[:-1:step], stretch[-1]]
    return "M" + "L".join(_at(plan, number) for number in points) + "h0"


def _at(plan: Plan, number: int) -> str:
    place = plan.places[number]
    return f"{place.x:.0f} {place.y:.0f}"


def _pitch(plan: Plan) -> float:
    near = [
        hypot(plan.places[n].x - plan.places[n - 1].x, plan.places[n].y - plan.places[n - 1].y)
        for run in plan.runs[:SAMPLED]
        for n in run[1:4]
    ]
    return max(quantiles(near, n=4)[0], 1) if len(near) > 1 else 20
