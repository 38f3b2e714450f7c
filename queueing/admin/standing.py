"""How a line stands, as its page shows it: figures, traffic and record."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy

from queueing import live
from queueing.admin.charting import draw_charts, read_traffic
from queueing.admin.telling import Told, field_of, tell_entries
from queueing.forecasts import spread_of
from queueing.line import Line, LineAway, LineLost
from queueing.line import Room as LineRoom
from queueing.models import Traffic, WaitingRoom
from queueing.models.record import Kind
from queueing.models.room import Mode
from queueing.rooms import known_of
from ticketing.stock import NOTHING, stock_of

SHOWN_ENTRIES = 20
LOOKED_THROUGH = 20_000  # of the newest entries, for those that are no joins or calls
EACH_SECOND = (Kind.JOINED, Kind.CALLED)

MODES: Mapping[str, Any] = {
    Mode.OFF: gettext_lazy("Everybody goes straight in."),
    Mode.AUTOMATIC: gettext_lazy("A line forms as soon as the limit is reached."),
    Mode.ON: gettext_lazy("Everybody lines up; people are let in within the limits."),
    Mode.PAUSED: gettext_lazy("People may line up, and nobody is let in."),
    Mode.DRAIN: gettext_lazy("Nobody may line up; those who wait are let in."),
    Mode.CLOSED: gettext_lazy("Nobody may line up, and nobody is let in."),
}

STATES = (
    ("open", gettext_lazy("The door is open: nobody has to wait.")),
    ("waiting", gettext_lazy("People line up.")),
    ("closed", gettext_lazy("Nobody may line up.")),
)
REASONS = (
    ("early", gettext_lazy("Who comes before the opening draws for a place.")),
    ("drawing", gettext_lazy("The places are being drawn.")),
    ("paused", gettext_lazy("Nobody is let in: paused.")),
    ("recovering", gettext_lazy("Nobody is let in for half a minute: the line was lost.")),
    ("sold_out", gettext_lazy("Nobody is let in: sold out.")),
    ("upcoming", gettext_lazy("Nobody is let in: nothing is on sale.")),
    ("drain", gettext_lazy("The line runs empty.")),
)
COLUMNS = (
    *("minute", "joined", "called", "entered", "left", "no_shows"),
    *("waiting_max", "active_max"),
)


def read_line(room: WaitingRoom, *, everything: bool) -> dict[str, Any]:
    """Return how the line stands, and what its record and its traffic say."""
    now = timezone.now()
    traffic = read_traffic(room, now=now)
    return {
        **_read_figures(room),
        "modes": [(mode.value, mode.label, MODES[mode]) for mode in Mode],
        "states": STATES,
        "reasons": REASONS,
        "columns": [field_of(Traffic, name).verbose_name for name in COLUMNS],
        "spread": spread_of(room.pk),
        "traffic": traffic,
        "charts": draw_charts(traffic, now=now),
        "entries": _read_entries(room, everything=everything),
        "num_entries": f"{room.num_entries:,}",
        "everything": everything,
    }


def _read_figures(room: WaitingRoom) -> dict[str, Any]:
    line: LineRoom | None = None
    away = False
    try:
        line = Line(room.event_id).room()
    except LineLost:
        pass
    except LineAway:
        away = True
    known, stock = known_of(room), stock_of([room.event_id]).get(room.event_id, NOTHING)
    change = live.queue_change(room.event_id, known=known, room=line, stock=stock)
    told = cast("dict[str, Any]", change.value)
    figures = {name: _write(name, value) for name, value in told.items()}
    return {"line": told, "figures": figures, "away": away}


def _write(name: str, value: Any) -> str:
    """Return a figure as people read it."""
    if name == "hit_rate" and value is not None:
        return f"{value:.0%}"
    return f"{value:,}" if isinstance(value, int | float) else "–"


def _read_entries(room: WaitingRoom, *, everything: bool) -> list[Told]:
    entries = room.record.order_by("-sequence")
    if not everything:
        newest = entries.filter(sequence__gt=room.num_entries - LOOKED_THROUGH)
        entries = newest.exclude(kind__in=EACH_SECOND)
    return tell_entries(entries[:SHOWN_ENTRIES])
