"""How a wait is said: as an honest range, no finer than anybody can know.

`static/js/line_wait.js` says it by the same rules and in the same words.
"""

import math

from django.utils.translation import gettext as _

MINUTE, HOUR = 60, 3600  # seconds
COARSE_FROM, COARSE = 20, 5  # minutes: from then on only each fifth is told
HOURS_FROM = 120  # minutes


def wait_words() -> dict[str, str]:
    """Return all the sentences there are, with {low} and {high} where the numbers go."""
    return {
        "soon": _("less than a minute"),
        "up_to_minutes": _("less than {high} minutes"),
        "about_minutes": _("about {high} minutes"),
        "minutes": _("about {low} to {high} minutes"),
        "mixed": _("about {low} minutes to {high} hours"),
        "up_to_hours": _("less than {high} hours"),
        "hours": _("about {low} to {high} hours"),
        "unknown": _("We cannot tell yet"),
    }


def name_wait(low: float, high: float) -> str:
    """Return how a wait between `low` and `high` seconds is said."""
    first, last = math.floor(low / MINUTE), math.ceil(high / MINUTE)
    if last > COARSE_FROM:
        first, last = first // COARSE * COARSE, math.ceil(last / COARSE) * COARSE
    word = _word_for(first, last)
    if word in {"mixed", "up_to_hours", "hours"}:
        last = math.ceil(last / MINUTE)
    if word == "hours":
        first = min(first // MINUTE, last - 1)
    return wait_words()[word].format(low=first, high=last)


def _word_for(first: int, last: int) -> str:
    if last <= 1:
        return "soon"
    if last < HOURS_FROM:
        return _minutes_for(first, last)
    if first == 0:
        return "up_to_hours"
    return "hours" if first >= MINUTE else "mixed"


def _minutes_for(first: int, last: int) -> str:
    if first == 0:
        return "up_to_minutes"
    return "about_minutes" if first == last else "minutes"
