"""Gathering: the places and menus of the office, each of them there once."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.db import retrying
from voting.errors import AlreadyThere, NoSuchMenu, NoSuchPlace, WrongFields
from voting.keys import SEPARATOR, key_of, place_key
from voting.models import Menu, Option, Place
from voting.services.announcing import tell_rounds
from voting.words import clean_line

FIELDS = frozenset({"name", "address", "phone", "link", "memo", "price_level", "distance"})
NOT_CHECKED = {"picture", "added_by", "merged_into", "key"}


class Gathered(NamedTuple):
    """A place or menu, and whether it is a new one."""

    thing: Any
    new: bool


@retrying
@transaction.atomic(durable=True)
def add_place(*, user_id: int | None = None, menus: Iterable[int] = (), **fields: Any) -> Gathered:
    """Add a place, or return the one that is there by that name and address.

    Who says no address means the place of that name, if there is but one. Raises `WrongFields`.
    """
    return keep_place(checked_place(fields), user_id=user_id, menus=known_menus(menus))


@transaction.atomic(savepoint=False)
def keep_place(place: Place, *, user_id: int | None, menus: Iterable[Menu]) -> Gathered:
    """Write a place that was checked, unless it is there."""
    known = double_of(place)
    if known is not None:
        return Gathered(known, new=False)
    fields = {name: getattr(place, name) for name in FIELDS}
    kept, new = Place.objects.current().get_or_create(
        key=place_key(place.name, place.address), defaults={**fields, "added_by_id": user_id}
    )
    if new:
        kept.menus.set(menus)
    return Gathered(kept, new=new)


def edit_place(*, place_id: int, menus: Iterable[int] | None = None, **fields: Any) -> Place:
    """Change what is known of a place; its rounds that are not over are told."""
    try:
        return _edit_place(place_id, menus, fields)
    except IntegrityError as error:  # somebody else was just faster
        raise AlreadyThere from error


@retrying
@transaction.atomic(durable=True)
def _edit_place(place_id: int, menus: Iterable[int] | None, fields: Mapping[str, Any]) -> Place:
    place = Place.objects.current().select_for_update(no_key=True).filter(pk=place_id).first()
    if place is None:
        raise NoSuchPlace
    now = {name: getattr(place, name) for name in FIELDS}
    wanted = checked_place({**now, **fields})
    key = place_key(wanted.name, wanted.address)
    other = Place.objects.current().filter(key=key).exclude(pk=place_id).first()
    if other is not None:
        raise AlreadyThere(id=str(other.pk))
    for name in FIELDS:
        setattr(place, name, getattr(wanted, name))
    place.save()
    if menus is not None:
        place.menus.set(known_menus(menus))
    tell_of_place(place_id)
    return Place.objects.get(pk=place_id)


@retrying
def archive_place(*, place_id: int) -> None:
    """Put a place up for vote no more; its votes in open rounds stay, and can be taken back."""
    changed = (
        Place.objects.current()
        .filter(pk=place_id)
        .update(archived_at=Now(), version=F("version") + 1)
    )
    if not changed and not Place.objects.filter(pk=place_id).exists():
        raise NoSuchPlace


@retrying
def restore_place(*, place_id: int) -> None:
    """Let a place that was archived be put up again, unless another goes by its name now."""
    archived = Place.objects.filter(pk=place_id, merged_into=None)
    try:
        if not archived.update(archived_at=None, version=F("version") + 1):
            raise NoSuchPlace
    except IntegrityError as error:
        raise AlreadyThere from error


@retrying
@transaction.atomic(durable=True)
def add_menu(*, name: str, name_en: str = "", user_id: int | None = None) -> Gathered:
    """Add a menu, or return the one that is there by that name. Raises `WrongFields`."""
    return keep_menu(name=name, name_en=name_en, user_id=user_id)


@transaction.atomic(savepoint=False)
def keep_menu(*, name: str, name_en: str, user_id: int | None) -> Gathered:
    """Do what `add_menu` does, as a step of something larger."""
    menu = Menu(name=clean_line(name), name_en=clean_line(name_en), added_by_id=user_id)
    _check(menu, besides={"key", "added_by"})
    kept, new = Menu.objects.current().get_or_create(
        key=key_of(menu.name),
        defaults={"name": menu.name, "name_en": menu.name_en, "added_by_id": user_id},
    )
    return Gathered(kept, new=new)


@retrying
def archive_menu(*, menu_id: int) -> None:
    """Put a menu up for vote no more."""
    if not Menu.objects.filter(pk=menu_id).update(archived_at=Now()):
        raise NoSuchMenu


def checked_place(fields: Mapping[str, Any]) -> Place:
    """Return a place, not yet kept, of `fields` in clean lines; raise `WrongFields` with all."""
    if unknown := fields.keys() - FIELDS:
        raise TypeError(f"a place has no {', '.join(sorted(unknown))}")
    clean = {
        name: clean_line(value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    place = Place(**clean)
    _check(place, besides=NOT_CHECKED)
    return place


def double_of(place: Place) -> Place | None:
    """Return the place that is known by that name and address, or, without one, by its name."""
    known = Place.objects.current()
    if place.address:
        return known.filter(key=place_key(place.name, place.address)).first()
    namesakes = list(known.filter(key__startswith=key_of(place.name) + SEPARATOR)[:2])
    exact = [one for one in namesakes if not one.address]
    return next(iter(exact or namesakes), None) if exact or len(namesakes) == 1 else None


def known_menus(ids: Iterable[int]) -> list[Menu]:
    """Return the menus of these ids; raise `NoSuchMenu` where one is none."""
    wanted = set(ids)
    found = list(Menu.objects.current().filter(pk__in=wanted))
    if len(found) < len(wanted):
        raise NoSuchMenu
    return found


def tell_of_place(place_id: int) -> None:
    """Tell the rounds that are not over and have this place up."""
    up = Option.objects.filter(place=place_id, round__settled_at=None, round__cancelled_at=None)
    rounds = list(up.order_by("round_id").values_list("round_id", flat=True))
    up.order_by().update(version=F("version") + 1)
    tell_rounds(rounds)


def _check(thing: Place | Menu, *, besides: set[str]) -> None:
    try:
        thing.clean_fields(exclude=besides)
    except ValidationError as error:
        raise WrongFields(errors=error.message_dict) from error
