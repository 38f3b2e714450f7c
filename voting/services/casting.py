"""Casting: one choice of one person, as they want it, however often they say so."""

from dataclasses import dataclass
from typing import Any

from accounts.errors import InvalidToken
from core.db import retrying
from core.errors import DomainError
from realtime.publish import publish
from voting import claims, live
from voting.errors import (
    NoSuchOption,
    NoSuchRound,
    NotEligible,
    RoundCancelled,
    RoundClosed,
    RoundNotOpen,
    TooManyChoices,
)
from voting.ids import target_of
from voting.models import Status

REFUSALS: dict[str, type[DomainError]] = {
    "no_round": NoSuchRound,
    "no_user": InvalidToken,
    "no_option": NoSuchOption,
    "not_open": RoundNotOpen,
    "closed": RoundClosed,
    "cancelled": RoundCancelled,
    "not_eligible": NotEligible,
}


@dataclass(frozen=True, slots=True)
class Cast:
    """What came of a vote: whether it changed anything, the tally now, one's whole ballot.

    `round` and `option` are the values of their changes on the topic, and whether it is `leading`;
    `mine` are pairs of a kind and a public id, in the order in which they were chosen.
    """

    changed: bool
    round: dict[str, Any]
    option: dict[str, Any]
    mine: list[tuple[str, str]]


def cast_vote(*, round_id: int, user_id: int, kind: str, target: str, wanted: bool = True) -> Cast:
    """Let `target` (a place's or menu's public id, or a day) be on the person's ballot, or not.

    One round trip. Raises what `REFUSALS` lists and `TooManyChoices`.
    """
    place_or_menu, day = target_of(kind, target)
    said = _cast(round_id, user_id, kind, place_or_menu, day, wanted)
    if said["verdict"] == "too_many":
        raise TooManyChoices(max=said["max"])
    if said["verdict"] in REFUSALS:
        raise REFUSALS[said["verdict"]]
    if said["verdict"] != "unchanged":
        publish(live.round_topic(round_id), live.cast_changes(said))
    return _outcome(said)


@retrying
def _cast(
    round_id: int, user_id: int, kind: str, target: int | None, day: Any, wanted: bool
) -> dict[str, Any]:
    return claims.cast(
        round_id=round_id, user_id=user_id, kind=kind, target=target, day=day, wanted=wanted
    )


def _outcome(said: dict[str, Any]) -> Cast:
    row = said["round"]
    option = said["option"]
    leads = row["leads"].get(option["kind"], {}).get("option") == option["id"]
    return Cast(
        changed=said["verdict"] != "unchanged",
        round=live.round_value(row, status=Status.OPEN, winners={}),
        option={**live.option_value(option), "leading": leads},
        mine=[(kind, public) for kind, public in said["mine"]],
    )
