"""The record of a waiting room in words that operators read."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from queueing.models import RecordEntry, WaitingRoom
from queueing.models.record import Kind
from queueing.models.room import Mode

UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, FieldDoesNotExist)
SHOWN_OF_HASH = 12  # letters, which tell one from another


class Told(NamedTuple):
    """An entry as a line of a table; `who` is empty where the house itself did it."""

    entry: RecordEntry
    words: str
    who: str


def tell_entries(entries: Iterable[RecordEntry]) -> list[Told]:
    """Put entries into words, with who did it; one query for all the names."""
    found = list(entries)
    ids = {entry.body.get("by") for entry in found} - {None}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    return [Told(entry, tell_entry(entry), _who(entry, names)) for entry in found]


def tell_entry(entry: RecordEntry) -> str:
    """Say in a sentence what happened."""
    tell = SENTENCES.get(entry.kind)
    try:
        return tell(entry.body) if tell else entry.get_kind_display()
    except UNREADABLE:  # somebody wrote it who is not the house
        return str(entry.get_kind_display())


def field_of(model: type[Model], name: str) -> "Field[Any, Any]":
    """Return a field of `model`; raise TypeError for what is none."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no field")
    return field


def _who(entry: RecordEntry, names: Mapping[int, str]) -> str:
    by = entry.body.get("by")
    return "" if by is None else names.get(by, f"#{by}")


def _begun(body: Mapping[str, Any]) -> str:
    facts = {"epoch": body["epoch"], "after": f"{body['after']:,}"}
    if body["lost"]:
        return _("Redis had lost line %(epoch)s; new numbers follow %(after)s") % facts
    return _("Line %(epoch)s began") % facts


def _joined(body: Mapping[str, Any]) -> str:
    count = body["last"] - body["first"] + 1
    said = ngettext(
        "%(count)s person joined: %(numbers)s", "%(count)s people joined: %(numbers)s", count
    )
    return said % {"count": f"{count:,}", "numbers": _range(body["first"], body["last"])}


def _called(body: Mapping[str, Any]) -> str:
    numbers = body["numbers"]
    said = ngettext(
        "%(count)s person was let in: %(numbers)s",
        "%(count)s people were let in: %(numbers)s",
        len(numbers),
    )
    return said % {"count": f"{len(numbers):,}", "numbers": _range(numbers[0], numbers[-1])}


def _admitted(body: Mapping[str, Any]) -> str:
    count = body["quantity"]
    said = ngettext(
        "%(count)s more was let in by hand", "%(count)s more were let in by hand", count
    )
    return said % {"count": f"{count:,}"}


def _removed(body: Mapping[str, Any]) -> str:
    if body["number"] is None:
        return _("Somebody without a number was removed")
    return _("Number %(number)s was removed") % {"number": f"{body['number']:,}"}


def _cleared(body: Mapping[str, Any]) -> str:
    return _("Everybody was sent away; line %(epoch)s follows") % {"epoch": body["epoch"]}


def _configured(body: Mapping[str, Any]) -> str:
    return " · ".join(_setting(name, value) for name, value in sorted(body["changes"].items()))


def _sealed(body: Mapping[str, Any]) -> str:
    return _("Hash of the secret: %(hash)s…") % {"hash": body["seed_hash"][:SHOWN_OF_HASH]}


def _revealed(body: Mapping[str, Any]) -> str:
    facts = {"seed": body["seed"][:SHOWN_OF_HASH], "count": f"{body['count']:,}"}
    return _("The secret is %(seed)s…; %(count)s places were drawn") % facts


SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    Kind.BEGUN: _begun,
    Kind.JOINED: _joined,
    Kind.CALLED: _called,
    Kind.ADMITTED: _admitted,
    Kind.REMOVED: _removed,
    Kind.CLEARED: _cleared,
    Kind.CONFIGURED: _configured,
    Kind.SEALED: _sealed,
    Kind.REVEALED: _revealed,
}


def _range(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,}–{last:,}"


def _setting(name: str, value: Any) -> str:
    return f"{field_of(WaitingRoom, name).verbose_name}: {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    if name == "mode":
        return str(Mode(value).label)
    if name == "opens_at" and value:
        moment = timezone.localtime(datetime.fromisoformat(value))
        return date_format(moment, "SHORT_DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:,}" if isinstance(value, int) else (value or "–")
