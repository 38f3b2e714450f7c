"""What rounds, places and menus say over the wire; `serializers` documents it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from voting import live
from voting.errors import NoSuchRound
from voting.models import Kind, Menu, Option, Place, Round
from voting.models.round import RoundQuerySet
from voting.services.looking import Choice, ballot_of

PLURALS = {Kind.PLACE: "places", Kind.MENU: "menus", Kind.DATE: "dates"}


def now() -> str | None:
    """Return our clock as every answer says it."""
    return live.instant(timezone.now())


def told_rounds() -> RoundQuerySet:
    """Return the rounds with what `round_json` says of them, in one query."""
    winners = [f"winner_{kind}" for kind in Kind.values]
    return Round.objects.with_status().select_related("team", "run_off", *winners)


def read_round(round_id: int) -> Round:
    """Return a round with all that is up for vote in it, in three queries."""
    options = Option.objects.filter(withdrawn_at=None).select_related("place", "menu")
    up = Prefetch("options", options.prefetch_related("place__menus"))
    of = told_rounds().prefetch_related(up).filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    return of


def round_json(of: Round) -> dict[str, Any]:
    """Return a round of `told_rounds` in figures."""
    won = {kind: getattr(of, f"winner_{kind}") for kind in Kind.values}
    winners = {kind: option.public_id for kind, option in won.items() if option is not None}
    return {
        **live.round_value(live.round_row(of), status=of.current_status, winners=winners),
        "team": {"id": str(of.team.pk), "name": of.team.name} if of.team else None,
        "day": of.day.isoformat(),
        "suggestions_allowed": of.suggestions_allowed,
        "max_choices": {
            "places": of.max_places,
            "menus": of.max_menus,
            "dates": of.max_dates,
        },
    }


def detail_json(of: Round, *, user_id: int | None) -> dict[str, Any]:
    """Return a round of `read_round` as one person sees it."""
    mine: set[Choice] = set()
    if user_id is not None:
        mine = set(ballot_of(round_id=of.pk, user_id=user_id))
    up: dict[str, list[dict[str, Any]]] = {plural: [] for plural in PLURALS.values()}
    for option in of.options.all():
        up[PLURALS[Kind(option.kind)]].append(_tally_json(option, leads=of.leads, mine=mine))
    return {
        **round_json(of),
        **up,
        "eligible_me": _may_vote(of, user_id),
        "server_time": now(),
    }


def mine_json(mine: Iterable[Choice]) -> dict[str, list[str]]:
    """Return a ballot by kind."""
    chosen: dict[str, list[str]] = {plural: [] for plural in PLURALS.values()}
    for kind, public in mine:
        chosen[PLURALS[Kind(kind)]].append(public)
    return chosen


def place_json(place: Place) -> dict[str, Any]:
    """Return a place whose menus were read along."""
    return {
        "id": str(place.pk),
        "name": place.name,
        "address": place.address,
        "phone": place.phone,
        "link": place.link,
        "price_level": place.price_level,
        "distance": place.distance,
        "picture": place.picture.url if place.picture else None,
        "memo": place.memo,
        "menus": [menu_json(menu) for menu in place.menus.all()],
    }


def menu_json(menu: Menu) -> dict[str, Any]:
    """Return a menu."""
    return {"id": str(menu.pk), "name": menu.name, "name_en": menu.name_en}


def named_json(option: Option) -> dict[str, Any]:
    """Return what an option is: by `kind` and `id`, and by its name."""
    return {
        "kind": option.kind,
        "id": option.public_id,
        "name": option.name,
        "name_en": option.menu.name_en if option.menu else "",
    }


def _tally_json(option: Option, *, leads: Mapping[str, Any], mine: set[Choice]) -> dict[str, Any]:
    if option.place is not None:
        told = place_json(option.place)
    elif option.menu is not None:
        told = menu_json(option.menu)
    else:
        told = {"id": option.public_id, "name": option.name}
    return {
        **told,
        "votes": option.num_votes,
        "mine": (option.kind, option.public_id) in mine,
        "leading": leads.get(option.kind, {}).get("option") == option.pk,
    }


def _may_vote(of: Round, user_id: int | None) -> bool:
    if user_id is None:
        return False
    return of.team is None or Round.objects.for_voter(user_id).filter(pk=of.pk).exists()
