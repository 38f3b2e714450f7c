"""Numbered seats and standing tickets in one reservation, by API and by pages."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api_client import Api
from tests.builders import a_hold, let_expire, pay
from tests.ticketing.picking import states
from ticketing.models import Event, Payment, Reservation, Seat, Ticket, TicketType
from ticketing.selections import read_selection
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.ending import cancel_all_of, cancel_reservation, expire_holds
from ticketing.services.refunding import refund_all_due, refund_payment

pytestmark = pytest.mark.django_db(transaction=True)

CARD = "4242424242424242"
PAIR = ["1F-1-1", "1F-1-2"]
FREE = 14 * "f"


@dataclass(frozen=True)
class ByApi:
    user: User

    def hold(self, event: Event, seats: list[str], standing: dict[TicketType, int]) -> int:
        items = [{"ticket_type": str(t.pk), "quantity": n} for t, n in standing.items()]
        body = {"event": str(event.pk), "seats": seats, "items": items}
        return self._post("reservations", body)

    def prolong(self, made: Reservation) -> int:
        return self._post(f"reservations/{made.pk}/prolong")

    def confirm(self, made: Reservation) -> int:
        payment = {"payment": {"provider": "sandbox", "card": CARD}}
        return self._post(f"reservations/{made.pk}/confirm", payment)

    def cancel(self, made: Reservation) -> int:
        return self._post(f"reservations/{made.pk}/cancel")

    def _post(self, path: str, body: Any = None) -> int:
        return Api(self.user).post(path, body).status_code


@dataclass(frozen=True)
class ByPages:
    user: User

    def hold(self, event: Event, seats: list[str], standing: dict[TicketType, int]) -> int:
        quantities = {f"quantity-{t.pk}": str(n) for t, n in standing.items()}
        first = self._post(f"/events/{event.pk}/seats/change", {"pick": seats})
        return max(first, self._post(f"/events/{event.pk}/seats/standing", quantities))

    def prolong(self, made: Reservation) -> int:
        return self._post(f"/events/{made.event_id}/seats/prolong")

    def confirm(self, made: Reservation) -> int:
        return self._post(f"/reservations/{made.pk}/confirm", {"card": CARD})

    def cancel(self, made: Reservation) -> int:
        return self._post(f"/reservations/{made.pk}/cancel")

    def _post(self, path: str, fields: Any = None) -> int:
        client = Client()
        client.force_login(self.user)
        return client.post(path, fields or {}).status_code


@pytest.fixture(params=[ByApi, ByPages])
def way(request: pytest.FixtureRequest, alice: User) -> ByApi | ByPages:
    return request.param(alice)


@pytest.fixture
def held(way, show: Event, floor: TicketType) -> Reservation:
    """Two seats and three standing tickets, held by Alice."""
    assert way.hold(show, PAIR, {floor: 3}) in {201, 302}
    return Reservation.objects.get()


def counts(ticket_type: TicketType) -> tuple[int, int, int]:
    ticket_type.refresh_from_db()
    return ticket_type.available, ticket_type.held, ticket_type.sold


def test_both_are_held(held: Reservation, show: Event, floor: TicketType) -> None:
    assert held.total == 2 * 80_000 + 3 * 30_000
    assert states(show) == "hh" + 12 * "f"
    assert counts(floor) == (2, 3, 0)


def test_both_get_more_time(way, held: Reservation, show: Event) -> None:
    soon = held.expires_at.replace(microsecond=0)
    Reservation.objects.update(expires_at=soon)
    Seat.objects.filter(reservation=held).update(expires_at=soon)

    assert way.prolong(held) in {200, 302}

    held.refresh_from_db()
    assert held.expires_at > soon
    assert set(held.seats.values_list("expires_at", flat=True)) == {held.expires_at}


def test_both_are_confirmed(way, held: Reservation, show: Event, floor: TicketType) -> None:
    assert way.confirm(held) in {200, 302}

    tickets = Ticket.objects.filter(reservation=held)
    assert [bool(one.seat_id) for one in tickets] == [True, True, False, False, False]
    assert [bool(one.place) for one in tickets] == [True, True, False, False, False]
    assert len({one.code for one in tickets}) == 5
    assert states(show) == "ss" + 12 * "f"
    assert counts(floor) == (2, 0, 3)


def test_both_are_given_back(way, held: Reservation, show: Event, floor: TicketType) -> None:
    assert way.cancel(held) in {200, 302}

    assert states(show) == FREE
    assert counts(floor) == (5, 0, 0)


def test_both_are_refunded_once(way, held: Reservation, show: Event, floor: TicketType) -> None:
    way.confirm(held)

    assert way.cancel(held) in {200, 302}

    payment = Payment.objects.get()
    assert (payment.status, payment.amount) == ("refund_due", held.total)
    assert refund_payment(payment_id=payment.pk)
    assert refund_all_due() == 0
    assert not Ticket.objects.filter(voided_at=None).exists()
    assert states(show) == FREE
    assert counts(floor) == (5, 0, 0)


def test_both_expire(way, held: Reservation, show: Event, floor: TicketType) -> None:
    let_expire(read_selection(held.pk))

    assert way.confirm(held) in {410}
    assert expire_holds() == 1

    held.refresh_from_db()
    assert held.status == "expired"
    assert states(show) == FREE
    assert counts(floor) == (5, 0, 0)


def test_whoever_wants_them_has_both_before_any_sweep(held, bob, show, floor) -> None:
    let_expire(read_selection(held.pk))

    made = change_selection(Wish(bob.pk, show.pk, picks=PAIR, standing={floor.pk: 4}))

    assert made.total == 2 * 80_000 + 4 * 30_000
    assert counts(floor) == (1, 4, 0)


def test_either_may_go_and_the_last_ends_it(way, held, alice, show, floor) -> None:
    seatless = change_selection(Wish(alice.pk, show.pk, drops=PAIR))
    assert (seatless.total, seatless.seats, states(show)) == (90_000, [], FREE)
    seated = change_selection(Wish(alice.pk, show.pk, picks=PAIR, standing={floor.pk: 0}))
    assert (seated.total, counts(floor)) == (160_000, (5, 0, 0))

    over = change_selection(Wish(alice.pk, show.pk, drops=PAIR))

    assert over.status == "cancelled"
    assert states(show) == FREE


@pytest.mark.parametrize("quantity", [5, 6])  # more than one may have, more than there are
def test_all_of_it_or_nothing(alice, bob, show, floor, quantity) -> None:
    way = ByApi(alice)
    change_selection(Wish(bob.pk, show.pk, picks=PAIR))
    before = list(Seat.objects.order_by("number").values())

    assert way.hold(show, ["1F-1-5", "1F-1-6"], {floor: quantity}) in {409, 422}
    assert way.hold(show, PAIR, {floor: 1}) == 409

    assert list(Seat.objects.order_by("number").values()) == before
    assert counts(floor) == (5, 0, 0)
    assert not Reservation.objects.filter(user=alice).exists()


def test_a_cancelled_event_gives_both_back(way, held, show, floor) -> None:
    way.confirm(held)
    Event.objects.filter(pk=show.pk).update(cancelled_at="2026-01-01T00:00Z")

    assert cancel_all_of(event_id=show.pk) == 1

    assert Payment.objects.get().status == "refund_due"
    assert states(show) == FREE


def test_who_only_stands_is_never_asked_for_a_seat(alice, stalls: TicketType) -> None:
    with CaptureQueriesContext(connection) as asked:
        paid = pay(alice, a_hold(alice, {stalls: 2}), card=CARD)
        cancel_reservation(reservation_id=paid.pk, user_id=alice.pk)

    assert not [one for one in asked.captured_queries if "ticketing_seat" in one["sql"]]


def test_seats_alone_are_told_of_and_standing_is_not(alice, show, floor) -> None:
    only_standing = change_selection(Wish(alice.pk, show.pk, standing={floor.pk: 2}))

    with CaptureQueriesContext(connection) as asked:
        cancel_reservation(reservation_id=only_standing.id, user_id=alice.pk)

    assert not [one for one in asked.captured_queries if "UPDATE ticketing_seat" in one["sql"]]
