"""Importing: a table of places, all or nothing."""

from typing import NamedTuple

from django.db import transaction

from core.db import retrying
from voting.errors import WrongFields, WrongTable
from voting.models import Menu
from voting.services.gathering import keep_menu, keep_place
from voting.tables import Line, read_places


class Imported(NamedTuple):
    """How many lines were new places, and how many were there."""

    new: int
    known: int


@retrying
@transaction.atomic(durable=True)
def import_places(*, table: bytes | str, user_id: int | None = None) -> Imported:
    """Add the places of a table, with the menus that it names; one that is there stays as it is.

    Raises `WrongTable` with everything that is wrong, by line; then nothing is added.
    """
    lines = read_places(table)
    menus = _menus(lines, user_id)
    new = 0
    for place, names in lines:
        kept = keep_place(place, user_id=user_id, menus=[menus[name] for name in names])
        new += kept.new
    return Imported(new, len(lines) - new)


def _menus(lines: list[Line], user_id: int | None) -> dict[str, Menu]:
    names = sorted({name for _place, names in lines for name in names})
    try:
        return {name: keep_menu(name=name, name_en="", user_id=user_id).thing for name in names}
    except WrongFields as error:
        raise WrongTable(errors={"menus": error.facts["errors"]["name"]}) from error
