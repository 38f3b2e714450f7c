"""Leaving: seats may always be given back, and a seat that this leaves alone is minded on paying.

Only what somebody's own giving back leaves alone is held against them, so it is remembered: when
others let go of the seat between, nobody has to move over for it.
"""

import uuid
from collections.abc import Collection

from ticketing import seat_claims
from ticketing.models import Reservation
from ticketing.plans import plan_of
from ticketing.seating.plan import Plan
from ticketing.seating.rules import is_alone, neighbours, object_to_leaving
from ticketing.services.looking import read_around, refuse_stranding


def remember_left_alone(
    plan: Plan,
    given_back: Collection[int],
    *,
    kept: Collection[int],
    event_id: int,
    user_id: int,
    reservation_id: uuid.UUID,
) -> None:
    """Write down which of the seats that were just `given_back` are alone beside those `kept`."""
    beside = [one for one in given_back if not set(kept).isdisjoint(neighbours(plan, one))]
    if not beside:
        return
    states, _mine = read_around(plan, beside, event_id=event_id, user_id=user_id)
    alone = [one for one in beside if is_alone(plan, states, one)]
    if alone:
        seat_claims.remember_left_alone(reservation_id=reservation_id, seats=alone)


def check_left_alone(reservation: Reservation) -> None:
    """Refuse to sell seats beside one that was given back and is alone, if others would do.

    Costs nothing where nothing was left alone. Raises `StrandedSeat`, with what to have instead.
    """
    layout_id = reservation.event.layout_id
    if not reservation.left_alone or layout_id is None:
        return
    plan = plan_of(layout_id)
    states = seat_claims.read_states(reservation.event_id)
    mine = reservation.seats.values_list("number", flat=True)
    objection = object_to_leaving(plan, states, reservation.left_alone, mine=mine)
    refuse_stranding(plan, objection, event_id=reservation.event_id)
