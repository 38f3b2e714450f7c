"""Instants on Seoul's clock, in the reader's language; they may come as ISO 8601 text."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_noop, pgettext

register = template.Library()

# Named here for our own catalogue: Django's writes Korean weekdays out in full.
SHORT_WEEKDAYS = [
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
]


@register.filter
def moment(instant: datetime | str) -> str:
    """Return day, weekday and time, with the year where it is not this one."""
    local = _local(instant)
    if local.year == timezone.localtime().year:
        return date_format(local, pgettext("date format, this year", "D j M, H:i"))
    return date_format(local, pgettext("date format, another year", "D j M Y, H:i"))


@register.filter
def full_moment(instant: datetime | str) -> str:
    """Return day, weekday, year and time, as it stands on a ticket."""
    return date_format(_local(instant), pgettext("date format, on a ticket", "D j F Y, H:i"))


@register.filter
def clock(instant: datetime | str) -> str:
    """Return the time of day."""
    return date_format(_local(instant), "H:i")


@register.filter
def iso(instant: datetime | str) -> str:
    """Return `instant` as a machine reads it."""
    return _read(instant).isoformat(timespec="seconds")


def _local(instant: datetime | str) -> datetime:
    return timezone.localtime(_read(instant), timezone.get_default_timezone())


def _read(instant: datetime | str) -> datetime:
    return datetime.fromisoformat(instant) if isinstance(instant, str) else instant
