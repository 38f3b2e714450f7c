"""Bad wishes for so many tickets, to stand or the best: refused, and nothing has changed."""

import pytest

from accounts.models import User
from tests.builders import a_seated_event, a_ticket_type, an_event
from tests.ticketing.refusals import a_contested_event, is_page, is_problem, world
from ticketing.models import Event, TicketType
from ticketing.seating.samples import make_plain_hall

pytestmark = pytest.mark.django_db(transaction=True)

QUANTITIES = [-1, 1.5, "many", None, True, [], 101, 10**18]


@pytest.fixture
def show(bob: User) -> Event:
    return a_contested_event(bob)


def test_standing_that_cannot_be_had(ask, buyer, show, floor) -> None:
    before = world()

    refused = [(quantity, 400, "invalid") for quantity in QUANTITIES]

    for quantity, status, code in [*refused, (5, 422, "limit_exceeded")]:
        wish = {"quantity": quantity}
        answer = ask("PUT", f"events/{show.pk}/selection/items/{floor.pk}", wish)
        fields = {f"quantity-{floor.pk}": f"{quantity}"}
        page = buyer.post(f"/events/{show.pk}/seats/standing", fields)

        is_problem(answer, status, code)
        is_page(page, status, "invalid_quantity" if code == "invalid" else code)
        assert world() == before, quantity


def test_more_standing_than_there_is(ask, buyer, show: Event) -> None:
    few = a_ticket_type(show, name="Few", capacity=2)
    before = world()

    answer = ask("PUT", f"events/{show.pk}/selection/items/{few.pk}", {"quantity": 3})
    page = buyer.post(f"/events/{show.pk}/seats/standing", {f"quantity-{few.pk}": "3"})

    is_problem(answer, 409, "sold_out")
    assert answer.json()["available"][str(few.pk)] == 2
    is_page(page, 409, "sold_out")
    assert world() == before


def test_ticket_types_that_are_not_to_stand_on(ask, buyer, show: Event) -> None:
    elsewhere = a_ticket_type(an_event())
    seated = TicketType.objects.get(event=show, category__gt="")
    before = world()

    for kind in (elsewhere.pk, seated.pk, 0, 999_999, "x", "9" * 30):
        answer = ask("PUT", f"events/{show.pk}/selection/items/{kind}", {"quantity": 1})
        is_problem(answer, 404, "no_such_ticket_type")
    for kind in (elsewhere.pk, seated.pk, 0, 999_999):
        page = buyer.post(f"/events/{show.pk}/seats/standing", {f"quantity-{kind}": "1"})
        is_page(page, 404, "no_such_ticket_type")

    assert world() == before


def test_best_seats_that_cannot_be_had(ask, buyer, show: Event) -> None:
    seated = TicketType.objects.get(event=show, category__gt="")
    before = world()
    refused = [(quantity, 400, "invalid") for quantity in [*QUANTITIES, 0]]

    for quantity, status, code in [
        *refused,
        (4, 422, "limit_exceeded"),
        (9, 409, "no_seats_together"),
    ]:
        best = {"ticket_type": str(seated.pk), "quantity": quantity}
        answer = ask("POST", f"events/{show.pk}/selection/best", best)
        made = ask("POST", "reservations", {"event": str(show.pk), "best_available": best})
        page = buyer.post(f"/events/{show.pk}/seats/best", {**best, "quantity": f"{quantity}"})

        on_page = "invalid_quantity" if code == "invalid" else code
        is_problem(answer, status, code)
        is_problem(made, status, on_page)
        is_page(page, status, on_page)
        assert world() == before, quantity


def test_ticket_types_that_have_no_best_seats(ask, buyer, show, floor) -> None:
    elsewhere = a_seated_event(make_plain_hall(20)).ticket_types.get()
    before = world()

    for kind in (floor.pk, elsewhere.pk, 0, 999_999, "x", "9" * 30):
        best = {"ticket_type": str(kind), "quantity": 2}
        for answer in (
            ask("POST", f"events/{show.pk}/selection/best", best),
            ask("POST", "reservations", {"event": str(show.pk), "best_available": best}),
        ):
            is_problem(answer, 404, "no_such_ticket_type")
        page = buyer.post(f"/events/{show.pk}/seats/best", best)
        is_page(page, 404, "no_such_ticket_type")

    assert world() == before
