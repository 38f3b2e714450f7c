"""The chart of a vote over time: lines of SVG, drawn on the server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from voting.models import Kind, Option

STEPS = 120  # that the time of a chart is cut into
HEIGHT = 100
MOST_LINES = 5


class Move(NamedTuple):
    """That an option had so many votes from a step on."""

    option_id: int
    step: int
    votes: int


@dataclass(frozen=True, slots=True)
class Line:
    """How one option did; `path` is SVG in a box of STEPS by HEIGHT, its y axis down."""

    option: Option
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines of those with most votes; empty before the first vote."""

    lines: Sequence[Line]
    most: int
    begins: datetime
    ends: datetime


def draw_chart(
    options: Iterable[Option], moves: Iterable[Move], *, begins: datetime, ends: datetime
) -> Chart:
    """Draw the moves of the options with most votes, of the first kind that has any."""
    by_option: dict[int, list[Move]] = {}
    for move in moves:
        by_option.setdefault(move.option_id, []).append(move)
    moved = _of_one_kind([one for one in options if one.pk in by_option])
    best = sorted(moved, key=lambda one: (-one.num_votes, one.position))[:MOST_LINES]
    most = max((move.votes for one in best for move in by_option[one.pk]), default=0)
    lines = [Line(one, _path(by_option[one.pk], most=max(1, most))) for one in best]
    return Chart(lines, most, begins, ends)


def _of_one_kind(options: Sequence[Option]) -> list[Option]:
    """Keep places, where there are any, else menus, else days: they are not rivals."""
    kinds = [kind for kind in Kind.values if any(one.kind == kind for one in options)]
    return [one for one in options if one.kind == kinds[0]] if kinds else []


def _path(moves: Iterable[Move], *, most: int) -> str:
    parts = [f"M0 {HEIGHT}"]
    for move in moves:
        height = HEIGHT - round(HEIGHT * move.votes / most, 1)
        parts.append(f"H{min(move.step, STEPS)}V{height:g}")
    return "".join([*parts, f"H{STEPS}"])
