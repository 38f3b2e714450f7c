"""The line itself: numbers, the order, who is active, and the beat that lets people in.

It lives in Redis, in one hash slot an event, and is changed by the Lua functions of this folder
alone. What it needs to outlive Redis (up to which number it may give, its epoch and its settings)
is PostgreSQL's, and is handed in.
"""

from queueing.line.answers import Called, Counts, Mode, Room, Settings, Standing, State, Tick
from queueing.line.errors import LineAway, LineLost, OutOfNumbers, Void
from queueing.line.lines import Line

__all__ = [
    "Called",
    "Counts",
    "Line",
    "LineAway",
    "LineLost",
    "Mode",
    "OutOfNumbers",
    "Room",
    "Settings",
    "Standing",
    "State",
    "Tick",
    "Void",
]
