"""What the pages of rounds show."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

from voting.models import Option, Round
from voting.showing import closing_of

register = template.Library()


@register.inclusion_tag("voting/fragments/figures.html")
def round_figures(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """Show a round in figures, from the very values that its watchers are told."""
    return figures


@register.filter
def called(named: Option | Mapping[str, Any] | None) -> str:
    """Return what an option, or the value of a change about one, is called by the reader."""
    if named is None:
        return ""
    if isinstance(named, Option):
        name_en = named.menu.name_en if named.menu else ""
        named = {"name": named.name, "name_en": name_en, "date": named.date}
    day = named.get("date")
    if named.get("kind") == "date":
        day = date.fromisoformat(named["name"])
    if day is not None:
        return date_format(day, pgettext("date format, a day", "D j M"))
    return str((get_language() != "ko" and named.get("name_en")) or named["name"])


@register.filter
def percent(share: float) -> int:
    """Return a share as whole percent."""
    return round(share * 100)


@register.filter
def ends(of: Round) -> Any:
    """Return when a round closes, or was closed."""
    return closing_of(of)
