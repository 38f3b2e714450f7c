"""Choosing seats: what one picks is one's own for the hold, whole or not at all."""

import pytest

from accounts.models import User
from tests.builders import (
    a_ticket_type,
    let_expire,
    pay,
)
from tests.ticketing.picking import ROW, chosen, drop, pick, states
from ticketing.errors import (
    LimitExceeded,
    NoSeatsTogether,
    NoSuchSeat,
    NoSuchTicketType,
    SaleClosed,
    SeatsTaken,
    StrandedSeat,
)
from ticketing.models import Event, Reservation, Seat, Ticket, TicketType
from ticketing.services.choosing import Wish, change_selection, open_selection
from ticketing.services.ending import cancel_reservation, expire_holds
from ticketing.services.recommending import choose_best
from ticketing.services.seating import block_seats, unblock_seats

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pick_holds_at_once_and_the_next_one_joins_it(alice: User, show: Event) -> None:
    first = pick(alice, show, ROW[0])
    second = pick(alice, show, ROW[1])

    assert states(show) == "hh" + 12 * "f"
    assert (second.id, second.expires_at) == (first.id, first.expires_at)
    assert chosen(second) == ROW[:2]
    assert second.total == 160_000
    assert open_selection(user_id=alice.pk, event_id=show.pk) == second


def test_a_second_click_gives_the_seat_back_and_the_last_one_ends_it(alice, show) -> None:
    pick(alice, show, *ROW[:2])

    left = drop(alice, show, ROW[1])
    over = drop(alice, show, ROW[0])

    assert chosen(left) == ROW[:1]
    assert over.status == "cancelled"
    assert states(show) == 14 * "f"
    assert open_selection(user_id=alice.pk, event_id=show.pk) is None


def test_wishes_that_are_fulfilled_change_nothing(alice: User, show: Event) -> None:
    made = pick(alice, show, ROW[0])
    version = Seat.objects.get(event=show, number=0).version

    again = pick(alice, show, ROW[0])
    drop(alice, show, ROW[5])

    assert again == made
    assert Seat.objects.get(event=show, number=0).version == version


def test_all_seats_or_none_and_the_lost_ones_are_named(alice, bob, show) -> None:
    pick(alice, show, *ROW[:2])

    with pytest.raises(SeatsTaken) as refusal:
        pick(bob, show, *ROW[1:3], anew=True)

    assert refusal.value.facts["seats"] == [ROW[1]]
    assert refusal.value.facts["alternatives"]
    assert set(refusal.value.facts["alternatives"][0]).isdisjoint(ROW[:2])
    assert states(show) == "hh" + 12 * "f"


def test_a_single_seat_is_not_left_behind_while_another_pick_leaves_none(alice, show) -> None:
    with pytest.raises(StrandedSeat) as refusal:
        pick(alice, show, ROW[1])

    assert refusal.value.facts["seats"] == [ROW[0]]
    assert [ROW[0]] in refusal.value.facts["alternatives"]
    assert states(show) == 14 * "f"


@pytest.mark.parametrize(
    ("seats", "refusal"),
    [
        (["9F-1-1"], NoSuchSeat),
        ([ROW[0], "", "1F-1-15"], NoSuchSeat),
        (ROW[:7], LimitExceeded),
    ],
)
def test_a_pick_that_makes_no_sense_changes_nothing(alice, show, seats, refusal) -> None:
    with pytest.raises(refusal):
        pick(alice, show, *seats)

    assert states(show) == 14 * "f"
    assert not Reservation.objects.exists()


def test_seats_cannot_be_had_by_quantity(alice: User, show: Event) -> None:
    kind = show.ticket_types.get()

    with pytest.raises(NoSuchTicketType):
        change_selection(Wish(alice.pk, show.pk, standing={kind.pk: 2}))


def test_nothing_is_picked_before_the_sale_but_what_one_has_can_be_dropped(alice, show) -> None:
    pick(alice, show, *ROW[:2])
    Event.objects.filter(pk=show.pk).update(sale_ends_at=show.sale_starts_at.replace(year=2030))
    Event.objects.filter(pk=show.pk).update(sale_starts_at=show.starts_at)

    with pytest.raises(SaleClosed):
        pick(alice, show, ROW[2])
    left = drop(alice, show, ROW[1])

    assert chosen(left) == ROW[:1]


def test_seats_and_standing_in_one_reservation(alice: User, show: Event) -> None:
    standing = a_ticket_type(show, name="스탠딩", price=50_000, capacity=100)

    made = pick(alice, show, *ROW[:2], standing={standing.pk: 3})
    fewer = change_selection(Wish(alice.pk, show.pk, standing={standing.pk: 1}))
    paid = pay(alice, fewer, card="4242424242424242")

    assert made.total == 160_000 + 150_000
    assert fewer.total == 160_000 + 50_000
    tickets = Ticket.objects.filter(reservation=paid).order_by("number")
    assert [ticket.place for ticket in tickets] == ["1층 1열 1번", "1층 1열 2번", ""]
    assert states(show) == "ss" + 12 * "f"


def test_a_hold_that_is_over_is_free_for_everybody(alice, bob, show) -> None:
    let_expire(pick(alice, show, *ROW[:2]))
    assert states(show) == 14 * "f"

    made = pick(bob, show, *ROW[:2])

    assert chosen(made) == ROW[:2]
    assert Reservation.objects.get(user=alice).status == "expired"


def test_who_was_too_slow_picks_the_same_seats_again(alice: User, show: Event) -> None:
    first = pick(alice, show, *ROW[:2])
    let_expire(first)

    again = pick(alice, show, *ROW[:2])

    assert again.id != first.id
    assert chosen(again) == ROW[:2]


def test_expiry_and_cancelling_give_seats_back(alice, bob, show) -> None:
    let_expire(pick(alice, show, *ROW[:2]))
    kept = pick(bob, show, *ROW[4:6])
    paid = pay(bob, kept, card="4242424242424242")

    expire_holds()
    assert states(show) == "ffff" + "ss" + 8 * "f"
    cancel_reservation(reservation_id=paid.pk, user_id=bob.pk)

    assert states(show) == 14 * "f"


def test_the_best_seats_are_side_by_side_and_join_the_selection(alice, bob, show) -> None:
    kind = show.ticket_types.get()
    pick(bob, show, *ROW[4:6])

    made = choose_best(Wish(alice.pk, show.pk), ticket_type_id=kind.pk, quantity=3)

    numbers = [seat.number for seat in made.seats]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert states(show).count("h") == 5


def test_more_than_there_are_together_is_refused(alice, bob, show) -> None:
    kind = show.ticket_types.get()
    TicketType.objects.filter(pk=kind.pk).update(max_per_person=None)

    with pytest.raises(NoSeatsTogether):
        choose_best(Wish(alice.pk, show.pk), ticket_type_id=kind.pk, quantity=11)


def test_blocked_seats_are_not_sold_until_they_are_let_go(alice: User, show: Event) -> None:
    block_seats(event_id=show.pk, seats=ROW[:4], reason="Press")
    kind = show.ticket_types.get()
    assert (kind.capacity, kind.available) == (10, 10)

    with pytest.raises(SeatsTaken):
        pick(alice, show, ROW[0])
    unblock_seats(event_id=show.pk, seats=ROW[:4])

    assert chosen(pick(alice, show, ROW[0])) == ROW[:1]


def test_held_seats_cannot_be_blocked(alice: User, show: Event) -> None:
    pick(alice, show, *ROW[:2])

    with pytest.raises(SeatsTaken) as refusal:
        block_seats(event_id=show.pk, seats=ROW[:4], reason="Press")

    assert refusal.value.facts["seats"] == ROW[:2]
    assert states(show) == "hh" + 12 * "f"


def test_the_rule_is_asked_too_where_a_hold_that_is_over_is_in_the_way(alice, bob, show) -> None:
    let_expire(pick(bob, show, *ROW[:2]))

    with pytest.raises(StrandedSeat) as refusal:
        pick(alice, show, ROW[1])

    assert refusal.value.facts["seats"] == ROW[:1]
    assert chosen(pick(alice, show, ROW[0])) == ROW[:1]
