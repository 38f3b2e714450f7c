"""The traffic of the last hour: a bar a minute, drawn on the server."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from queueing.models import Traffic, WaitingRoom

MINUTES = 60
STEP = 10  # units that a bar takes with the gap after it
HEIGHT = 48
MINUTE = timedelta(minutes=1)
CHARTS = (
    ("joined", _("Joined"), "bar-joined"),
    ("called", _("Let in"), "bar-called"),
    ("waiting_max", _("Most waiting"), "bar-waiting"),
)


class Bar(NamedTuple):
    x: int
    y: int
    height: int


class Chart(NamedTuple):
    """One row of bars; `said` is what they come to."""

    label: str
    style: str
    said: str
    bars: Sequence[Bar]

    @property
    def width(self) -> int:
        """How wide the drawing is, in its own units."""
        return MINUTES * STEP

    @property
    def height(self) -> int:
        return HEIGHT


def read_traffic(room: WaitingRoom, *, now: datetime) -> list[Traffic]:
    """Return the minutes of the last hour in which something happened, the newest first."""
    since = _minute(now) - (MINUTES - 1) * MINUTE
    return list(room.traffic.filter(minute__gte=since).order_by("-minute"))


def draw_charts(rows: Sequence[Traffic], *, now: datetime) -> list[Chart]:
    """Return the rows of bars, the oldest minute on the left."""
    by_minute = {row.minute: row for row in rows}
    return [_draw(by_minute, now, *chart) for chart in CHARTS]


def _draw(
    by_minute: Mapping[datetime, Traffic],
    now: datetime,
    field: str,
    label: str | Promise,
    style: str,
) -> Chart:
    minutes = [_minute(now) - back * MINUTE for back in reversed(range(MINUTES))]
    counts = [getattr(by_minute.get(minute), field, 0) for minute in minutes]
    most = max(counts)
    bars = [
        Bar(place * STEP, HEIGHT - height, height)
        for place, count in enumerate(counts)
        if (height := -(-count * HEIGHT // max(most, 1)))
    ]
    said = most if field.endswith("_max") else sum(counts)
    return Chart(str(label), style, f"{said:,}", bars)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
