"""Many who hold at once."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.builders import a_hold, a_ticket_type, many_users
from tests.races import kinds, race
from ticketing.models import Event, Reservation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.race
def test_200_buyers_for_50_tickets(concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=50)
    buyers = many_users(200)

    outcomes = race([lambda buyer=buyer: a_hold(buyer, {floor: 1}) for buyer in buyers])

    assert kinds(outcomes) == {"Hold": 50, "SoldOut": 150}
    floor.refresh_from_db()
    assert (floor.available, floor.held) == (0, 50)


@pytest.mark.race
def test_one_persons_20_parallel_requests_against_a_limit_of_4(alice: User, concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=100, max_per_person=4)

    outcomes = race([lambda: a_hold(alice, {floor: 1})] * 20)

    assert kinds(outcomes) == {"Hold": 4, "LimitExceeded": 16}


@pytest.mark.race
@pytest.mark.parametrize("limit", [2, None])
def test_the_same_key_20_times_at_once_is_one_hold(
    alice: User, concert: Event, limit: int | None
) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=100, max_per_person=limit)

    outcomes = race([lambda: a_hold(alice, {floor: 2}, key="once")] * 20)

    assert kinds(outcomes) == {"Hold": 20}
    assert len({hold.id for hold in outcomes}) == 1
    assert sum(not hold.replayed for hold in outcomes) == 1
    floor.refresh_from_db()
    assert floor.held == 2


@pytest.mark.race
def test_one_key_for_two_wishes_at_once_is_one_hold(alice: User, concert: Event) -> None:
    types = [a_ticket_type(concert, name=name, capacity=100) for name in "ab"]

    for key in "abcdefghij":
        wishes = [lambda wish=wish, key=key: a_hold(alice, {wish: 1}, key=key) for wish in types]
        assert kinds(race(wishes)) == {"Hold": 1, "IdempotencyMismatch": 1}


@pytest.mark.race
def test_types_wanted_in_opposite_orders_never_deadlock(concert: Event) -> None:
    first, second = (a_ticket_type(concert, name=name, capacity=500) for name in "ab")
    buyers = many_users(40)

    outcomes = race(
        [
            lambda buyer=buyer, pair=pair: a_hold(buyer, dict.fromkeys(pair, 1))
            for buyer, pair in zip(buyers, [(first, second), (second, first)] * 20, strict=True)
        ]
    )

    assert kinds(outcomes) == {"Hold": 40}


@pytest.mark.race
def test_look_then_take_would_oversell(concert: Event) -> None:
    """The negative control: the same race without a claim sells too much, so the race is one."""
    floor = a_ticket_type(concert, name="Floor", capacity=5)
    buyers = many_users(30)

    def look_then_take(buyer: User) -> bool:
        looked = Reservation.objects.filter(event=concert).count() < floor.capacity
        if looked:
            Reservation.objects.create(
                code=uuid.uuid4().hex[:16],
                user=buyer,
                event=concert,
                total=0,
                currency="KRW",
                held_until=timezone.now(),
                expires_at=timezone.now() + timedelta(minutes=5),
            )
        return looked

    race([lambda buyer=buyer: look_then_take(buyer) for buyer in buyers])

    sold = Reservation.objects.filter(event=concert).count()
    Reservation.objects.all().delete()
    assert sold > floor.capacity
