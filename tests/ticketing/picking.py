"""Picking seats in the plain hall, in few words."""

from accounts.models import User
from ticketing.models import Event
from ticketing.seat_map import read_seat_map
from ticketing.selections import Selection
from ticketing.services.choosing import Wish, change_selection

ROW = [f"1F-1-{label}" for label in range(1, 11)]  # ten seats, then an aisle


def pick(user: User, event: Event, *seats: str, **more):
    return change_selection(Wish(user.pk, event.pk, picks=seats, **more))


def drop(user: User, event: Event, *seats: str):
    return change_selection(Wish(user.pk, event.pk, drops=seats))


def states(event: Event) -> str:
    return read_seat_map(event.pk).states


def chosen(selection: Selection) -> list[str]:
    return [seat.id for seat in selection.seats]
