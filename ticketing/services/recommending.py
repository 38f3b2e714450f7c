"""Recommending: the best seats there are, held in the moment in which they are seen to be free."""

import contextlib
from collections.abc import Iterable
from dataclasses import replace

from ticketing import seat_claims
from ticketing.errors import (
    IdempotencyMismatch,
    NoSeatsTogether,
    NoSuchTicketType,
    SeatsTaken,
    StrandedSeat,
    WrongQuantity,
)
from ticketing.models import Reservation, TicketType
from ticketing.plans import plan_of
from ticketing.seating.best import best_available
from ticketing.seating.plan import Plan
from ticketing.selections import Selection, replay_selection
from ticketing.services.choosing import TRIES, Wish, ask_to_choose, change_now, check_wish
from ticketing.services.holding import LARGEST_QUANTITY


def choose_best(
    wish: Wish, *, ticket_type_id: int, quantity: int, split: bool = False, accessible: bool = False
) -> Selection:
    """Add the best `quantity` free seats of a ticket type to what is open, side by side.

    What is returned is what was shown to be free and taken in the same moment; if others are
    faster, the next best is tried.
    """
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise WrongQuantity
    check_wish(wish)
    ask_to_choose(wish)
    if (earlier := _earlier(wish)) is not None:
        return earlier
    for _ in range(TRIES):
        plan, category = _category(wish.event_id, ticket_type_id)
        states = seat_claims.read_states(wish.event_id)
        numbers = best_available(
            plan, states, category=category, quantity=quantity, split=split, accessible=accessible
        )
        if not numbers:
            raise NoSeatsTogether
        with contextlib.suppress(SeatsTaken, StrandedSeat):  # others were faster
            if made := change_now(_with(wish, plan, numbers)):
                return made
    raise NoSeatsTogether


def _with(wish: Wish, plan: Plan, numbers: Iterable[int]) -> Wish:
    return replace(wish, picks=[plan.places[number].key for number in numbers])


def _earlier(wish: Wish) -> Selection | None:
    """Return what the same request was given before; the seats that are best now are others."""
    if wish.key is None:
        return None
    mine = Reservation.objects.filter(user=wish.user_id, idempotency_key=wish.key)
    found = mine.values_list("pk", "fingerprint").first()
    if found is None:
        return None
    if found[1] != wish.fingerprint:
        raise IdempotencyMismatch
    return replay_selection(found[0])


def _category(event_id: int, ticket_type_id: int) -> tuple[Plan, str]:
    """Return the plan of an event and which of its seats are of a ticket type."""
    types = TicketType.objects.filter(pk=ticket_type_id, event=event_id, event__published=True)
    found = types.exclude(category="").values_list("category", "event__layout_id").first()
    if found is None:
        raise NoSuchTicketType
    return plan_of(found[1]), found[0]
