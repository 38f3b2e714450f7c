"""What a round puts up for vote: options made of the ids of places and menus, and of days."""

from collections.abc import Container, Iterable
from datetime import date

from core.errors import NotFound
from voting.errors import NoSuchMenu, NoSuchPlace, NothingUp, TooManyOptions
from voting.models import Kind, Menu, Option, Place, Round

MOST_OPTIONS = 200  # of one kind, in one round


def options_of(
    *, places: Iterable[int] = (), menus: Iterable[int] = (), dates: Iterable[date] = ()
) -> list[Option]:
    """Return the options of a round to be, each thing once; raise the refusal for what is none."""
    place_ids = list(dict.fromkeys(places))
    menu_ids = list(dict.fromkeys(menus))
    days = list(dict.fromkeys(dates))
    most = max(len(place_ids), len(menu_ids), len(days))
    if not most:
        raise NothingUp
    if most > MOST_OPTIONS:
        raise TooManyOptions(max=MOST_OPTIONS)
    places_now = Place.objects.current().select_for_update(no_key=True).order_by("pk")  # no merges
    _check(place_ids, known=places_now.in_bulk(place_ids), missing=NoSuchPlace)
    _check(menu_ids, known=Menu.objects.current().in_bulk(menu_ids), missing=NoSuchMenu)
    return [
        *(Option(kind=Kind.PLACE, place_id=one, position=n) for n, one in enumerate(place_ids)),
        *(Option(kind=Kind.MENU, menu_id=one, position=n) for n, one in enumerate(menu_ids)),
        *(Option(kind=Kind.DATE, date=one, position=n) for n, one in enumerate(days)),
    ]


def put_up(of: Round, options: Iterable[Option]) -> None:
    """Write the options of a round that was just made."""
    for option in (options := list(options)):
        option.round = of
    Option.objects.bulk_create(options)


def _check(ids: Iterable[int], *, known: Container[int], missing: type[NotFound]) -> None:
    if not all(one in known for one in ids):
        raise missing
