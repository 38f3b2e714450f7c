"""Bad wishes for so many tickets, to stand or the best: refused, and nothing has changed."""

import pytest

from accounts.models import User
from tests.api_client import Api
from tests.builders import a_seated_event, a_ticket_type, an_event
from tests.ticketing.refusals import a_contested_event, is_page, is_problem, world
from ticketing.models import Event, TicketType
from ticketing.seating.samples import make_plain_hall

pytestmark = pytest.mark.django_db(transaction=True)

QUANTITIES = [
    pytest.param(-1, 400, "invalid", id="negative"),
    pytest.param(1.5, 400, "invalid", id="a fraction"),
    pytest.param("many", 400, "invalid", id="a word"),
    pytest.param(None, 400, "invalid", id="null"),
    pytest.param(True, 400, "invalid", id="true"),
    pytest.param([], 400, "invalid", id="a list"),
    pytest.param(101, 400, "invalid", id="too many"),
    pytest.param(10**18, 400, "invalid", id="far too many"),
]


@pytest.fixture
def show(bob: User) -> Event:
    return a_contested_event(bob)


@pytest.fixture
def floor(show: Event) -> TicketType:
    return a_ticket_type(show, name="Floor", capacity=5, max_per_person=4)


@pytest.fixture
def ask(as_alice: Api):
    return as_alice.ask


@pytest.mark.parametrize(
    ("quantity", "status", "code"),
    [
        *QUANTITIES,
        pytest.param(5, 422, "limit_exceeded", id="more than one may have"),
    ],
)
def test_standing_that_cannot_be_had(ask, buyer, show, floor, quantity, status, code) -> None:
    before = world()

    answer = ask("PUT", f"events/{show.pk}/selection/items/{floor.pk}", {"quantity": quantity})
    page = buyer.post(f"/events/{show.pk}/seats/standing", {f"quantity-{floor.pk}": f"{quantity}"})

    is_problem(answer, status, code)
    is_page(page, status, "invalid_quantity" if code == "invalid" else code)
    assert world() == before


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


@pytest.mark.parametrize(
    ("quantity", "status", "code"),
    [
        *QUANTITIES,
        pytest.param(0, 400, "invalid", id="none"),
        pytest.param(4, 422, "limit_exceeded", id="more than one may have"),
        pytest.param(9, 409, "no_seats_together", id="more than are together"),
    ],
)
def test_best_seats_that_cannot_be_had(ask, buyer, show, quantity, status, code) -> None:
    seated = TicketType.objects.get(event=show, category__gt="")
    before = world()
    best = {"ticket_type": str(seated.pk), "quantity": quantity}

    answer = ask("POST", f"events/{show.pk}/selection/best", best)
    made = ask("POST", "reservations", {"event": str(show.pk), "best_available": best})
    page = buyer.post(f"/events/{show.pk}/seats/best", {**best, "quantity": f"{quantity}"})

    is_problem(answer, status, code)
    is_problem(made, status, "invalid_quantity" if code == "invalid" else code)
    is_page(page, status, "invalid_quantity" if code == "invalid" else code)
    assert world() == before


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
