"""Giving seats back: always allowed, and minded when one goes on to pay."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD, a_seated_event, let_expire, pay
from tests.ticketing.picking import ROW, chosen, states
from ticketing.errors import HoldExpired, StrandedSeat
from ticketing.models import Event, Reservation
from ticketing.seating.samples import make_plain_hall
from ticketing.selections import Selection
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.seating import block_seats

pytestmark = pytest.mark.django_db(transaction=True)

CARD = "4242424242424242"


@pytest.fixture
def show(db: None) -> Event:
    """The same as elsewhere, and each may have as many seats as there are."""
    return a_seated_event(make_plain_hall(14))


def change(user: User, event: Event, *, picks=(), drops=()) -> Selection:
    made = change_selection(Wish(user.pk, event.pk, picks=picks, drops=drops))
    assert made is not None
    return made


def test_what_a_step_gives_back_is_free_for_those_beside(alice, bob, show: Event) -> None:
    change(bob, show, picks=ROW[4:])
    change(alice, show, picks=ROW[:2])
    change(alice, show, drops=[ROW[0]])

    moved = change(alice, show, drops=[ROW[1]], picks=[ROW[3]])  # so that three are left together

    assert chosen(moved) == [ROW[3]]
    assert states(show) == "fffh" + 6 * "h" + "ffff"


def test_a_step_aside_that_leaves_a_seat_alone_is_refused_whole(alice, show: Event) -> None:
    change(alice, show, picks=[ROW[0]])

    with pytest.raises(StrandedSeat) as refusal:
        change(alice, show, drops=[ROW[0]], picks=[ROW[1]])

    assert refusal.value.facts["seats"] == [ROW[0]]
    assert [ROW[0]] in refusal.value.facts["alternatives"]
    assert states(show) == "h" + 13 * "f"


def test_what_is_picked_and_given_back_at_once_is_picked(alice: User, show: Event) -> None:
    assert chosen(change(alice, show, picks=[ROW[0]], drops=[ROW[0]])) == [ROW[0]]
    assert chosen(change(alice, show, picks=[ROW[0]], drops=[ROW[0]])) == [ROW[0]]


def test_a_seat_picked_twice_is_one(alice: User, show: Event) -> None:
    made = change(alice, show, picks=[ROW[0], ROW[0]])

    assert chosen(made) == [ROW[0]]
    assert made.total == 80_000


@pytest.mark.parametrize("given_back", [[ROW[1]], [ROW[0]], [ROW[0], ROW[2]]])
def test_giving_back_is_always_allowed_and_paying_then_asks(alice, show, given_back) -> None:
    change(alice, show, picks=ROW[:4])
    left = change(alice, show, drops=given_back)

    with pytest.raises(StrandedSeat) as refusal:
        pay(alice, left, card=CARD)

    assert set(refusal.value.facts["seats"]) == set(given_back)
    assert all(len(one) == len(left.seats) for one in refusal.value.facts["alternatives"])
    reservation = Reservation.objects.get(pk=left.id)
    assert (reservation.status, reservation.payments.count()) == ("held", 0)


def test_what_is_offered_instead_can_be_had_and_paid(alice: User, show: Event) -> None:
    change(alice, show, picks=ROW[:4])
    left = change(alice, show, drops=[ROW[1]])
    with pytest.raises(StrandedSeat) as refusal:
        pay(alice, left, card=CARD)

    for offered in refusal.value.facts["alternatives"]:
        had = set(chosen(left))
        left = change(alice, show, picks=set(offered) - had, drops=had - set(offered))

    assert set(chosen(left)) == set(offered)
    assert pay(alice, left, card=CARD).status == "confirmed"


def test_who_takes_the_seat_again_or_gives_up_those_beside_it_may_pay(alice, bob, show) -> None:
    for buyer, seats in ((alice, ROW[:4]), (bob, ROW[6:])):
        change(buyer, show, picks=seats)
        change(buyer, show, drops=[seats[1]])

    again = change(alice, show, picks=[ROW[1]])
    fewer = change(bob, show, drops=ROW[6:7])

    assert pay(alice, again, card=CARD).status == "confirmed"
    assert pay(bob, fewer, card=CARD).status == "confirmed"


def test_what_others_leave_alone_holds_nobody_up(alice: User, bob: User, show: Event) -> None:
    change(bob, show, picks=[ROW[0]])
    made = change(alice, show, picks=ROW[1:3])

    change(bob, show, drops=[ROW[0]])

    assert states(show)[:4] == "fhhf"
    assert pay(alice, made, card=CARD).status == "confirmed"


def test_what_cannot_be_helped_may_be_paid(alice: User, show: Event) -> None:
    block_seats(
        event_id=show.pk, seats=[*ROW[3:], *(f"1F-1-{n}" for n in range(11, 15))], reason=""
    )
    change(alice, show, picks=ROW[:3])
    left = change(alice, show, drops=[ROW[1]])

    assert pay(alice, left, card=CARD).status == "confirmed"


def test_operators_may_do_without_the_rule(alice: User, show: Event) -> None:
    Event.objects.filter(pk=show.pk).update(allows_lonely_seats=True)
    change(alice, show, picks=ROW[:3])
    left = change(alice, show, drops=[ROW[1]])

    assert pay(alice, left, card=CARD).status == "confirmed"


def test_nothing_is_minded_where_nothing_is_alone(alice: User, show: Event) -> None:
    change(alice, show, picks=ROW[:4])

    left = change(alice, show, drops=ROW[2:4])

    assert Reservation.objects.get(pk=left.id).left_alone == []
    assert pay(alice, left, card=CARD).status == "confirmed"


def test_a_hold_that_is_over_is_over_first(alice: User, show: Event) -> None:
    change(alice, show, picks=ROW[:3])
    left = change(alice, show, drops=[ROW[1]])
    let_expire(left)

    with pytest.raises(HoldExpired):
        pay(alice, left, card=CARD)


def test_the_page_to_pay_on_offers_other_seats(client: Client, alice: User, show: Event) -> None:
    client.login(username="alice", password=PASSWORD)
    client.cookies["django_language"] = "en"
    change(alice, show, picks=ROW[:4])
    left = change(alice, show, drops=[ROW[1]])
    address = f"/reservations/{left.id}/confirm"

    whole = client.post(address, {"card": CARD})
    part = client.post(address, {"card": CARD}, headers={"HX-Request": "true"})

    for answer in (whole, part):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "single seat" in page
        assert f'action="/events/{show.pk}/seats/change"' in page
        assert f'name="around" value="{ROW[1]}"' in page
        assert "hx-post" not in page.split("seat-groups")[1].split("</ul>")[0]
    [first, *_more] = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)
    taken = re.findall(r'name="take" value="([^"]+)"', first)
    client.post(f"/events/{show.pk}/seats/change", {"take": taken, "around": [ROW[1]]})
    assert client.post(address, {"card": CARD}).status_code == 302
    assert Reservation.objects.get(pk=left.id).status == "confirmed"
