"""What a refused wish must look like, and what it must not have changed."""

from typing import Any

from accounts.models import User
from tests.builders import a_seated_event, pay
from tests.ticketing.picking import ROW
from ticketing.models import Allowance, Event, Payment, Reservation, Seat, TicketType
from ticketing.seating.samples import make_plain_hall
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.seating import block_seats

CARD = "4242424242424242"
MESSAGES = {
    "no_such_seat": "This event has no such seat.",
    "seats_taken": "Somebody else was faster.",
    "stranded_seat": "This would leave a single seat that nobody wants.",
    "limit_exceeded": "That is more than one person may have.",
    "sale_closed": "Tickets are not on sale right now.",
    "no_such_event": "There is no such event.",
    "no_such_ticket_type": "This event has no such ticket type.",
    "invalid_quantity": "Choose a whole number of tickets, at least one.",
    "no_seats_together": "There are not so many free seats side by side.",
    "sold_out": "There are not enough tickets left.",
    "hold_expired": "The time to pay is over, and the tickets went back on sale.",
    "no_such_reservation": "There is no such reservation.",
    "nothing_chosen": "Choose at least one seat.",
}


def a_contested_event(bob: User) -> Event:
    """Bob holds the fifth seat, has bought the sixth, and the press has the two after that."""
    event = a_seated_event(make_plain_hall(14), limit=3)
    Event.objects.filter(pk=event.pk).update(allows_lonely_seats=True)
    pay(bob, change_selection(Wish(bob.pk, event.pk, picks=ROW[5:6])), card=CARD)
    change_selection(Wish(bob.pk, event.pk, picks=ROW[4:5]))
    block_seats(event_id=event.pk, seats=ROW[6:8], reason="Press")
    return event


def world() -> list[list[dict[str, Any]]]:
    """Everything that a wish could change: states, versions, counters, holds."""
    models = (Seat, TicketType, Reservation, Allowance, Payment, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


def is_problem(answer, status: int, code: str, **facts: list[str]) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    said = answer.json()
    assert (said["status"], said["code"]) == (status, code)
    assert said["title"]
    assert {name: said[name] for name in facts} == facts


def is_page(answer, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert MESSAGES[code] in answer.content.decode()
