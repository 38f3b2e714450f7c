"""Bad wishes for seats: a clear refusal from API and buyer, and nothing has changed."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.builders import a_ticket_type, an_event, let_expire
from tests.ticketing.picking import ROW
from tests.ticketing.refusals import CARD, a_contested_event, is_page, is_problem, world
from ticketing.models import Event, Reservation, TicketType
from ticketing.seating.samples import sample
from ticketing.services.choosing import Wish, change_selection

pytestmark = pytest.mark.django_db(transaction=True)

THEATRE = sample("theatre").places[0].key
NOWHERE = [
    *(THEATRE, "1F-9-9", "1F-1-15", "1F-1-0", "1F-1-1 ", "1f-1-1", "0", "-", "석"),
    *("a\x00b", "x" * 500),
]
TAKEN = [
    pytest.param([ROW[4]], [ROW[4]], id="held by another"),
    pytest.param([ROW[5]], [ROW[5]], id="sold"),
    pytest.param([ROW[6]], [ROW[6]], id="blocked"),
    pytest.param([ROW[0], ROW[4], ROW[6]], [ROW[4], ROW[6]], id="some of them"),
]


@pytest.fixture
def show(bob: User) -> Event:
    return a_contested_event(bob)


@pytest.fixture
def are_refused(ask, buyer, show: Event):
    """Wish for seats in every way, and see each refused."""

    def wish(wanted: list[str], status: int, code: str, **facts: list[str]) -> None:
        before = world()
        change = f"/events/{show.pk}/seats/change"
        body = {"event": str(show.pk), "seats": wanted}

        is_problem(ask("POST", "reservations", body), status, code, **facts)
        is_page(buyer.post(change, {"pick": wanted}), status, code)
        is_page(buyer.post(change, {"pick": wanted}, headers={"HX-Request": "true"}), status, code)
        if len(wanted) == 1:
            is_problem(ask("PUT", one_of(show, wanted[0])), status, code, **facts)

        assert world() == before

    return wish


def one_of(event: Event, seat: str) -> str:
    return f"events/{event.pk}/selection/seats/{quote(seat)}"


def test_seats_of_another_event_and_of_none(are_refused, ask, show: Event) -> None:
    for seat in NOWHERE:
        are_refused([seat], 404, "no_such_seat", seats=[seat])
        is_problem(ask("DELETE", one_of(show, seat)), 404, "no_such_seat")
    are_refused([ROW[0], "1F-9-9"], 404, "no_such_seat", seats=["1F-9-9"])


def test_more_seats_than_one_may_have(are_refused) -> None:
    are_refused(ROW[:4], 422, "limit_exceeded")
    are_refused([f"1F-1-{label}" for label in range(1, 102)], 400, "invalid_quantity")


@pytest.mark.parametrize(("seats", "lost"), TAKEN)
def test_seats_that_somebody_has(are_refused, seats: list[str], lost: list[str]) -> None:
    are_refused(seats, 409, "seats_taken", seats=lost)


def test_what_is_not_ones_own_cannot_be_given_back(ask, buyer, show: Event) -> None:
    before = world()

    for seat in ROW[:8]:
        assert ask("DELETE", one_of(show, seat)).json()["selection"] is None
    buyer.post(f"/events/{show.pk}/seats/change", {"drop": ROW})

    assert world() == before


def test_no_seat_at_all(ask, buyer, show: Event) -> None:
    before = world()

    for seats in ([], None, "1F-1-1", {}, [7], [None], [[]]):
        is_problem(
            ask("POST", "reservations", {"event": str(show.pk), "seats": seats}), 400, "invalid"
        )
    is_problem(ask("POST", "reservations", {"event": str(show.pk)}), 400, "invalid")
    is_page(buyer.post(f"/events/{show.pk}/seats/change"), 400, "nothing_chosen")

    assert world() == before


def test_the_same_seat_named_twice_is_one_seat(ask, buyer, show: Event) -> None:
    made = ask("POST", "reservations", {"event": str(show.pk), "seats": [ROW[0], ROW[0]]})
    buyer.post(f"/events/{show.pk}/seats/change", {"pick": [ROW[1], ROW[1]]})

    assert [seat["id"] for seat in made.json()["seats"]] == [ROW[0]]
    reservation = Reservation.objects.get(pk=made.json()["id"])
    assert (reservation.total, reservation.seats.count()) == (160_000, 2)


def close(event: Event, how: str) -> None:
    now = timezone.now()
    changes = {
        "before": {"sale_starts_at": now + timedelta(days=1)},
        "after": {"sale_ends_at": now - timedelta(minutes=1)},
        "cancelled": {"cancelled_at": now},
        "hidden": {"published": False},
    }
    Event.objects.filter(pk=event.pk).update(**changes[how])


@pytest.mark.parametrize("how", ["before", "after", "cancelled", "hidden"])
def test_an_event_that_is_not_on_sale(ask, buyer, show, floor, how) -> None:
    close(show, how)
    stalls = TicketType.objects.get(event=show, category__gt="")
    before = world()
    status, code = (404, "no_such_event") if how == "hidden" else (409, "sale_closed")
    seats = f"events/{show.pk}/selection"
    best = {"ticket_type": str(stalls.pk), "quantity": 2}
    home = f"/events/{show.pk}/seats"

    for answer in (
        ask("POST", "reservations", {"event": str(show.pk), "seats": ROW[:1]}),
        ask("PUT", f"{seats}/seats/{ROW[0]}"),
        ask("PUT", f"{seats}/items/{floor.pk}", {"quantity": 1}),
    ):
        is_problem(answer, status, code)
    for answer in (
        buyer.post(f"{home}/change", {"pick": ROW[0]}),
        buyer.post(f"{home}/standing", {f"quantity-{floor.pk}": "1"}),
    ):
        is_page(answer, status, code)
    for answer in (
        ask("POST", f"{seats}/best", best),
        ask("POST", "reservations", {"event": str(show.pk), "best_available": best}),
    ):
        is_problem(answer, status, "no_such_ticket_type" if how == "hidden" else code)
    best_page = buyer.post(f"{home}/best", best)
    is_page(best_page, status, "no_such_ticket_type" if how == "hidden" else code)

    assert world() == before


@pytest.mark.parametrize("event", ["0", "999999", "9" * 18, "9" * 30])
def test_an_event_that_there_is_not(ask, buyer, show: Event, event: str) -> None:
    before = world()

    is_problem(ask("GET", f"events/{event}/selection"), 404, "no_such_event")
    assert ask("PUT", f"events/{event}/selection/seats/{ROW[0]}").status_code == 404
    assert ask("POST", "reservations", {"event": event, "seats": ROW[:1]}).status_code == 404
    for way in ("change", "best", "standing", "prolong"):
        wish = {"pick": ROW[0], "ticket_type": "1", "quantity": "1", "quantity-1": "1"}
        assert buyer.post(f"/events/{event}/seats/{way}", wish).status_code == 404

    assert world() == before


def test_an_event_without_seats(ask, buyer, show: Event) -> None:
    plain = an_event()
    kind = a_ticket_type(plain)
    before = world()
    best = {"ticket_type": str(kind.pk), "quantity": 1}

    is_problem(ask("PUT", f"events/{plain.pk}/selection/seats/{ROW[0]}"), 404, "no_such_seat")
    is_problem(ask("POST", f"events/{plain.pk}/selection/best", best), 404, "no_such_ticket_type")
    is_page(buyer.post(f"/events/{plain.pk}/seats/change", {"pick": ROW[0]}), 404, "no_such_seat")
    is_page(buyer.post(f"/events/{plain.pk}/seats/best", best), 404, "no_such_ticket_type")

    assert world() == before


def test_what_is_over_is_neither_paid_nor_prolonged(ask, buyer, alice, show: Event) -> None:
    made = change_selection(Wish(alice.pk, show.pk, picks=ROW[:2]))
    let_expire(made)
    before = world()

    is_problem(ask("POST", f"reservations/{made.id}/prolong"), 410, "hold_expired")
    paying = {"payment": {"provider": "sandbox", "card": CARD}}
    is_problem(ask("POST", f"reservations/{made.id}/confirm", paying), 410, "hold_expired")
    is_page(buyer.post(f"/events/{show.pk}/seats/prolong"), 410, "hold_expired")
    is_page(buyer.post(f"/reservations/{made.id}/confirm", {"card": CARD}), 410, "hold_expired")
    assert ask("GET", f"events/{show.pk}/selection").json()["selection"] is None
    assert ask("DELETE", f"events/{show.pk}/selection/seats/{ROW[0]}").status_code == 200

    assert world() == before


def test_what_is_anothers_is_not_there(ask, buyer, show: Event) -> None:
    his = Reservation.objects.get(status="held")
    before = world()

    for step in ("prolong", "confirm", "cancel"):
        is_problem(ask("POST", f"reservations/{his.pk}/{step}", {}), 404, "no_such_reservation")
    for step in ("confirm", "cancel"):
        page = buyer.post(f"/reservations/{his.pk}/{step}", {"card": CARD})
        is_page(page, 404, "no_such_reservation")

    assert world() == before


def test_a_lonely_seat(ask, buyer, show: Event) -> None:
    Event.objects.filter(pk=show.pk).update(allows_lonely_seats=False)
    before = world()

    for answer in (
        ask("POST", "reservations", {"event": str(show.pk), "seats": ROW[1:2]}),
        ask("PUT", f"events/{show.pk}/selection/seats/{ROW[1]}"),
    ):
        is_problem(answer, 409, "stranded_seat")
        assert answer.json()["seats"] == ROW[:1]
        assert answer.json()["alternatives"]
    page = buyer.post(f"/events/{show.pk}/seats/change", {"pick": ROW[1]})
    is_page(page, 409, "stranded_seat")

    assert world() == before


def test_visitors_are_asked_to_sign_in(client: Client, show: Event) -> None:
    before = world()
    path = f"/api/events/{show.pk}/selection/seats/{ROW[0]}"

    is_problem(client.put(path), 401, "not_signed_in")
    body = {"event": str(show.pk), "seats": ROW[:1]}
    answer = client.post("/api/reservations", body, content_type="application/json")
    is_problem(answer, 401, "not_signed_in")
    for way in ("change", "best", "standing", "prolong"):
        page = client.post(f"/events/{show.pk}/seats/{way}", {"pick": ROW[0]})
        assert page.status_code == 302
        assert page["Location"].startswith("/accounts/sign-in")

    assert world() == before
