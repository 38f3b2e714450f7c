"""Choosing: a person's seats and tickets of an event, while the clock runs."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.db import retrying
from realtime.publish import publish
from ticketing import live, seat_claims
from ticketing.errors import (
    NoSuchEvent,
    NoSuchSeat,
    PaymentPending,
    SeatsTaken,
    SoldOut,
    WrongQuantity,
)
from ticketing.guards import Attempt, ask_guards
from ticketing.live_seats import publish_seats
from ticketing.models import Event, TicketType
from ticketing.plans import forget_layout_of, layout_of, plan_of
from ticketing.seat_claims import Choice, Moved, Nearby
from ticketing.seating.best import nearest
from ticketing.seating.plan import Plan
from ticketing.seating.rules import FREE
from ticketing.selections import (
    Selection,
    read_open,
    read_selection,
    replay_selection,
    selection_of,
)
from ticketing.services import holding
from ticketing.services.announcing import announce_status
from ticketing.services.ending import expire_holds
from ticketing.services.holding import (
    LARGEST_ID,
    LARGEST_QUANTITY,
    MOST_TYPES,
    fresh_code,
)
from ticketing.services.leaving import remember_left_alone
from ticketing.services.looking import Sight, keys_of, look, nearby
from ticketing.steps import SaleStep, tell_step

TRIES = 6  # how often others may change the seats around a choice while it is being made

REFUSALS = {
    **holding.REFUSALS,
    "no_such_seat": NoSuchSeat,
    "payment_pending": PaymentPending,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to change: seats by key, and how many standing tickets there shall be in all."""

    user_id: int
    event_id: int
    picks: Collection[str] = ()
    drops: Collection[str] = ()
    standing: Mapping[int, int] = field(default_factory=dict)
    anew: bool = False  # a reservation of its own, whatever is open
    key: str | None = None
    admission_pass: str | None = None
    fingerprint: str = ""  # what tells two bodies apart that came with the same key


def change_selection(wish: Wish) -> Selection | None:
    """Do what `wish` says, whole or not at all; None where nothing is open and nothing was asked.

    Raises the refusals of `ticketing.errors`; `SeatsTaken` and `StrandedSeat` offer other seats.
    """
    check_wish(wish)
    if wish.picks or any(wish.standing.values()):
        ask_to_choose(wish)
    return change_now(wish)


def change_now(wish: Wish) -> Selection | None:
    """Do what `wish` says, whoever wished it having been let in."""
    for _ in range(TRIES):
        said, plan = _try(wish)
        if said["verdict"] == "seats_taken" and plan is not None:
            _refuse_lost(wish, plan)
        elif said["verdict"] not in {"changed", "other_layout"}:
            return _outcome(wish, plan, said)
        forget_layout_of(wish.event_id)
    raise SeatsTaken(seats=sorted(wish.picks), alternatives=[])


def open_selection(*, user_id: int, event_id: int) -> Selection | None:
    """Return what this person has open of the event; it only reads."""
    if event_id > LARGEST_ID:
        raise NoSuchEvent
    found = read_open(user_id=user_id, event_id=event_id)
    if found is None and not Event.objects.public().filter(pk=event_id).exists():
        raise NoSuchEvent
    return found


def ask_to_choose(wish: Wish) -> None:
    """Let the guards of the sale refuse it."""
    ask_guards(Attempt("hold", wish.event_id, wish.user_id, wish.admission_pass))


def check_wish(wish: Wish) -> None:
    """Refuse what nobody can wish."""
    if wish.event_id > LARGEST_ID:
        raise NoSuchEvent
    if len(wish.standing) > MOST_TYPES or len(wish.picks) > LARGEST_QUANTITY:
        raise WrongQuantity
    if any(not 0 <= quantity <= LARGEST_QUANTITY for quantity in wish.standing.values()):
        raise WrongQuantity  # W13: a negative quantity grew the stock


def _try(wish: Wish) -> tuple[dict[str, Any], Plan | None]:
    """Claim, and weigh what might strand a seat; holds of others that are over are ended for it.

    Nearly all choices strand nobody, which the claim can see: those cost one round trip.
    """
    layout_id = layout_of(wish.event_id)
    plan = plan_of(layout_id) if layout_id is not None else None
    picks = _numbers(plan, wish.picks)
    drops = [number for number in _numbers(plan, wish.drops) if number not in picks]
    near = nearby(plan, picks) if plan is not None else Nearby()
    choice = Choice(
        user_id=wish.user_id,
        event_id=wish.event_id,
        layout_id=layout_id,
        anew=wish.anew,
        most=LARGEST_QUANTITY,
        picks=picks,
        drops=drops,
        standing=wish.standing,
        near=near,
        key=wish.key,
        fingerprint=wish.fingerprint,
    )
    if plan is not None and picks and drops:  # the claim looks at seats as they are, not will be
        choice = _weigh(wish, plan, choice)
    said = _claim_in_time(choice)
    if said["verdict"] == "strands" and plan is not None:
        said = _claim_in_time(_weigh(wish, plan, choice))
    return said, plan


def _claim_in_time(choice: Choice) -> dict[str, Any]:
    """Claim, and once more where holds that are over were in the way; they are ended for it."""
    said = _claim(choice)
    if said.get("overdue") or said["verdict"] in {"limit_exceeded", "seats_taken"}:
        ended = expire_holds(
            of_types=list(choice.standing),
            of_seats=(choice.event_id, list(choice.picks)),
            of_user=choice.user_id,
        )
        if ended:
            return _claim(choice)
    return said


def _weigh(wish: Wish, plan: Plan, choice: Choice) -> Choice:
    """Return `choice` with what was seen when the rule allowed it."""
    sight = _look(wish, plan, choice.picks, choice.drops)
    fresh = [number for number in choice.picks if number not in sight.mine]
    return replace(choice, seen=sight.check_rule(fresh).of(choice.near))


@retrying
def _claim(choice: Choice) -> dict[str, Any]:
    code = fresh_code()
    return seat_claims.select(choice, reservation_id=uuid.uuid4(), code=code)


def _look(wish: Wish, plan: Plan, picks: Collection[int], drops: Collection[int] = ()) -> Sight:
    who = {"event_id": wish.event_id, "user_id": wish.user_id}
    return look(plan, picks, **who, joins=not wish.anew, drops=drops)


def _numbers(plan: Plan | None, keys: Collection[str]) -> list[int]:
    numbers, unknown = [], []
    for key in dict.fromkeys(keys):
        try:
            if plan is None:
                raise KeyError(key)
            numbers.append(plan.number_of(key))
        except KeyError:
            unknown.append(key)
    if unknown:
        raise NoSuchSeat(seats=unknown)
    return numbers


def _outcome(wish: Wish, plan: Plan | None, said: dict[str, Any]) -> Selection | None:
    verdict = said["verdict"]
    if verdict == "held":
        _tell(wish, said)
        if plan is not None and wish.drops:
            _mind(wish, plan, said)
        return selection_of(wish.event_id, plan, said)
    if verdict == "same":
        return None if said["id"] is None else read_selection(uuid.UUID(said["id"]))
    if verdict == "replayed":
        return replay_selection(uuid.UUID(said["id"]))
    if verdict == "sold_out":
        raise SoldOut(available=_left(wish))
    raise REFUSALS[verdict]


def _refuse_lost(wish: Wish, plan: Plan) -> None:
    """Name the seats that are lost, and free ones near them; none is if they came back since."""
    picks = _numbers(plan, wish.picks)
    sight = _look(wish, plan, picks)
    lost = [n for n in picks if sight.states[n] != FREE and n not in sight.mine]
    if lost:
        states = seat_claims.read_states(wish.event_id)
        groups = nearest(plan, states, picks)
        others = [keys_of(plan, group) for group in groups]
        raise SeatsTaken(seats=keys_of(plan, lost), alternatives=others)


def _left(wish: Wish) -> dict[str, int]:
    types = TicketType.objects.filter(event=wish.event_id)
    return {str(pk): available for pk, available in types.values_list("pk", "available")}


def _tell(wish: Wish, said: dict[str, Any]) -> None:
    """Tell the watchers of the event, of its map, and the person's own pages."""
    stock, currency = said["stock"], said["currency"]
    rows = [live.ticket_change(row, event_id=wish.event_id, currency=currency) for row in stock]
    publish(live.event_topic(wish.event_id), rows)
    publish_seats(Moved(wish.event_id, *one) for one in said["moved"])
    change = live.reservation_change({**said, "event_id": wish.event_id})
    publish(live.user_topic(wish.user_id), [change])
    if wish.picks or any(wish.standing.values()):
        until = datetime.fromisoformat(said["expires_at"])
        tell_step(SaleStep("held", wish.event_id, wish.user_id, until))
    if any(row["available"] == 0 for row in stock):
        announce_status(event_ids=[wish.event_id])


def _mind(wish: Wish, plan: Plan, said: dict[str, Any]) -> None:
    """Remember the seats that giving others back has left alone."""
    remember_left_alone(
        plan,
        [number for number, _version, letter in said["moved"] if letter == FREE],
        kept=[number for number, _ticket_type in said["seats"]],
        event_id=wish.event_id,
        user_id=wish.user_id,
        reservation_id=uuid.UUID(said["id"]),
    )
