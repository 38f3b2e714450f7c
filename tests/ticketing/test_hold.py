import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import InvalidToken
from accounts.models import User
from tests.builders import a_hold, a_ticket_type, an_event, let_expire
from tests.wire import round_trips
from ticketing import claims, live
from ticketing.errors import (
    IdempotencyMismatch,
    LimitExceeded,
    NoSuchEvent,
    NoSuchTicketType,
    SaleClosed,
    SoldOut,
    WrongQuantity,
)
from ticketing.guards import SALE_GUARDS, Attempt
from ticketing.models import Event, Reservation, TicketType
from ticketing.services.holding import hold_tickets

pytestmark = pytest.mark.django_db(transaction=True)


def test_holds_tickets_of_several_types_for_five_minutes(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    balcony = a_ticket_type(concert, name="S석", price=66_000, capacity=10)

    hold = a_hold(alice, {stalls: 2, balcony: 1})

    reservation = Reservation.objects.get(pk=hold.id)
    assert (reservation.status, reservation.total) == ("held", 2 * 99_000 + 66_000)
    minutes = reservation.expires_at - reservation.created_at
    assert timedelta(minutes=4, seconds=59) < minutes <= timedelta(minutes=5)
    stalls.refresh_from_db()
    assert (stalls.available, stalls.held, stalls.sold) == (1, 2, 0)


def test_holds_none_when_one_is_sold_out(alice: User, concert: Event, stalls: TicketType) -> None:
    balcony = a_ticket_type(concert, name="S석", capacity=1)

    with pytest.raises(SoldOut) as refused:
        a_hold(alice, {stalls: 1, balcony: 2})

    assert refused.value.facts == {"available": {str(stalls.pk): 3, str(balcony.pk): 1}}
    assert not Reservation.objects.exists()
    stalls.refresh_from_db()
    assert stalls.available == 3


def test_a_hold_is_one_round_trip(alice: User, stalls: TicketType) -> None:
    for _ in range(2):  # the first on a connection prepares
        with round_trips() as seen:
            a_hold(alice, {stalls: 1}, key=uuid.uuid4().hex)

    assert len(seen) == 1


@pytest.mark.parametrize("quantity", [0, -1, 101, 2**40])
def test_refuses_quantities_that_make_no_sense(
    alice: User, stalls: TicketType, quantity: int
) -> None:
    """W13: a negative quantity grew the stock and made a negative total."""
    with pytest.raises(WrongQuantity):
        a_hold(alice, {stalls: quantity})

    stalls.refresh_from_db()
    assert stalls.available == 3


def test_a_reservation_is_never_larger_than_a_page_can_draw(alice: User, concert: Event) -> None:
    """Ten thousand codes on one page kept a thread busy for half a minute."""
    pair = [a_ticket_type(concert, name=name, capacity=100) for name in "ab"]

    with pytest.raises(WrongQuantity):
        a_hold(alice, {pair[0]: 50, pair[1]: 51})

    assert a_hold(alice, {pair[0]: 50, pair[1]: 50}).total == 9_900_000


def test_refuses_the_ticket_type_of_another_event(alice: User, concert: Event) -> None:
    """W13: stock of B was sold under event A."""
    elsewhere = a_ticket_type(an_event(title="Elsewhere"))

    with pytest.raises(NoSuchTicketType):
        hold_tickets(user_id=alice.pk, event_id=concert.pk, items={elsewhere.pk: 1})

    elsewhere.refresh_from_db()
    assert elsewhere.available == 3


@pytest.mark.parametrize(
    "window",
    [
        {"sale_starts_at": timedelta(minutes=1)},
        {"sale_ends_at": timedelta(minutes=-1)},
        {"cancelled_at": timedelta(minutes=-1)},
    ],
)
def test_sells_nothing_outside_the_sale(
    alice: User, concert: Event, stalls: TicketType, window: dict[str, timedelta]
) -> None:
    """W13: reserving ignored the sale window and the event's status."""
    moments = {field: timezone.now() + distance for field, distance in window.items()}
    Event.objects.filter(pk=concert.pk).update(**moments)

    with pytest.raises(SaleClosed):
        a_hold(alice, {stalls: 1})


@pytest.mark.parametrize("field, hours", [("sale_starts_at", 1), ("sale_ends_at", -0.5)])
def test_a_ticket_type_has_a_window_of_its_own(
    alice: User, stalls: TicketType, field: str, hours: float
) -> None:
    TicketType.objects.filter(pk=stalls.pk).update(
        **{field: timezone.now() + timedelta(hours=hours)}
    )

    with pytest.raises(SaleClosed):
        a_hold(alice, {stalls: 1})


def test_a_draft_and_an_unknown_event_are_not_there(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    Event.objects.filter(pk=concert.pk).update(published=False)

    with pytest.raises(NoSuchEvent):
        a_hold(alice, {stalls: 1})
    with pytest.raises(NoSuchEvent):
        hold_tickets(user_id=alice.pk, event_id=10**15, items={stalls.pk: 1})


def test_a_deactivated_user_holds_nothing(alice: User, stalls: TicketType) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    with pytest.raises(InvalidToken):
        a_hold(alice, {stalls: 1})


def test_the_limit_counts_everything_that_a_person_has(alice: User, concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=100, max_per_person=4)
    a_hold(alice, {floor: 3})

    with pytest.raises(LimitExceeded):
        a_hold(alice, {floor: 2})

    assert a_hold(alice, {floor: 1}).total == 99_000


def test_the_same_key_and_body_get_the_same_answer(alice: User, stalls: TicketType) -> None:
    first = a_hold(alice, {stalls: 1}, key="k")

    again = a_hold(alice, {stalls: 1}, key="k")

    assert (again.id, again.code, again.expires_at) == (first.id, first.code, first.expires_at)
    assert (first.replayed, again.replayed) == (False, True)
    assert Reservation.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(alice: User, stalls: TicketType) -> None:
    a_hold(alice, {stalls: 1}, key="k")

    with pytest.raises(IdempotencyMismatch):
        a_hold(alice, {stalls: 2}, key="k")


def test_a_key_belongs_to_one_person(alice: User, bob: User, stalls: TicketType) -> None:
    first = a_hold(alice, {stalls: 1}, key="k")

    assert a_hold(bob, {stalls: 1}, key="k").id != first.id


def test_a_late_sweep_turns_no_buyer_away(alice: User, bob: User, stalls: TicketType) -> None:
    """W15: holds without an end emptied events for ever."""
    let_expire(a_hold(alice, {stalls: 3}))

    hold = a_hold(bob, {stalls: 3})

    assert Reservation.objects.get(pk=hold.id).status == "held"
    assert Reservation.objects.get(user=alice).status == "expired"


def test_a_late_sweep_holds_nobody_to_a_hold_that_is_over(alice: User, concert: Event) -> None:
    pair = a_ticket_type(concert, name="Pair", capacity=10, max_per_person=2)
    let_expire(a_hold(alice, {pair: 2}))

    hold = a_hold(alice, {pair: 2})

    assert Reservation.objects.get(pk=hold.id).status == "held"


def test_guards_stand_before_every_hold(alice: User, stalls: TicketType) -> None:
    asked: list[Attempt] = []
    SALE_GUARDS.append(asked.append)
    try:
        a_hold(alice, {stalls: 1}, admission_pass="p")
    finally:
        SALE_GUARDS.remove(asked.append)

    assert asked == [Attempt("hold", stalls.event_id, alice.pk, "p")]


def test_watchers_are_told_the_same_as_the_database_says(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    """Else each resync would find a difference and send it to everybody."""
    TicketType.objects.filter(pk=stalls.pk).update(
        sale_starts_at=timezone.now() - timedelta(hours=1, microseconds=123_456)
    )

    said = claims.hold(
        reservation_id=uuid.uuid4(),
        code="CODE",
        user_id=alice.pk,
        event_id=concert.pk,
        items={stalls.pk: 1},
        key=None,
        fingerprint="",
    )

    (row,) = said["stock"]
    change = live.ticket_change(row, event_id=concert.pk, currency="KRW")
    assert change in live.event_snapshots([str(concert.pk)])[str(concert.pk)]
