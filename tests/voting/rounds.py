"""Plain builders of rounds: what a test needs to exist, in one line."""

import itertools
from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from tests.builders import a_user, many_users
from voting.clock import Clock
from voting.models import Ballot, Membership, Menu, Option, Place, Round, Schedule, Team, Vote
from voting.services.casting import Cast, cast_vote
from voting.services.opening import create_round

__all__ = ["a_user", "many_users"]

_numbers = itertools.count(1)


def a_place(name: str = "", **fields: Any) -> Place:
    return Place.objects.create(name=name or f"식당 {next(_numbers)}", **fields)


def places(count: int) -> list[Place]:
    return [a_place() for _ in range(count)]


def a_menu(name: str = "", **fields: Any) -> Menu:
    return Menu.objects.create(name=name or f"메뉴 {next(_numbers)}", **fields)


def a_team(*members: User, name: str = "개발팀") -> Team:
    team = Team.objects.create(name=name)
    Membership.objects.bulk_create(Membership(team=team, user=user) for user in members)
    return team


def a_schedule(**fields: Any) -> Schedule:
    """Each working day from 11:00 to 11:45."""
    times = {"opens": time(11), "closes": time(11, 45), "starts_on": timezone.localdate()}
    return Schedule.objects.create(**{"title": "점심", **times, **fields})


def a_round(*of: Place | Menu, **fields: Any) -> Round:
    """A round for the whole office, open since a minute and for an hour."""
    now = timezone.now()
    defaults = {
        "title": "오늘 점심",
        "opens_at": now - timedelta(minutes=1),
        "closes_at": now + timedelta(hours=1),
        "max_menus": 3,
        "places": [one.pk for one in of if isinstance(one, Place)],
        "menus": [one.pk for one in of if isinstance(one, Menu)],
    }
    return create_round(**{**defaults, **fields})


def kind_of(thing: Place | Menu) -> str:
    return "place" if isinstance(thing, Place) else "menu"


def vote(user: User, of: Round, thing: Place | Menu, *, wanted: bool = True) -> Cast:
    return cast_vote(
        round_id=of.pk, user_id=user.pk, kind=kind_of(thing), target=str(thing.pk), wanted=wanted
    )


def retract(user: User, of: Round, thing: Place | Menu) -> Cast:
    return vote(user, of, thing, wanted=False)


def end(of: Round) -> None:
    """Let a round have come to its end by this very moment, as time would."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Round.objects.filter(pk=of.pk).update(opens_at=an_hour_ago, closes_at=Clock())


def tally(of: Round) -> dict[str, int]:
    """What is up for vote in a round, by public id, and how many votes each has."""
    return {option.public_id: option.num_votes for option in Option.objects.filter(round=of)}


def votes_in(of: Round) -> int:
    return Vote.objects.filter(ballot__round=of).count()


def ballots_in(of: Round) -> int:
    return Ballot.objects.filter(round=of).count()
