"""What one has open: to be looked at, and kept a little longer."""

import pytest

from accounts.models import User
from tests.builders import (
    SILENT,
    let_expire,
    pay,
)
from tests.ticketing.picking import ROW, chosen, pick
from ticketing.errors import (
    AlreadyProlonged,
    HoldExpired,
    NoSuchEvent,
    PaymentPending,
)
from ticketing.models import Event, Reservation, Seat
from ticketing.services.choosing import open_selection
from ticketing.services.prolonging import prolong_hold

pytestmark = pytest.mark.django_db(transaction=True)


def test_looking_at_what_one_has_only_reads(alice, bob, show, django_assert_num_queries) -> None:
    made = pick(alice, show, *ROW[:2])

    with django_assert_num_queries(3) as asked:
        found = open_selection(user_id=alice.pk, event_id=show.pk)

    assert found == made
    assert not [one for one in asked if "ticketing_select" in one["sql"]]
    assert open_selection(user_id=bob.pk, event_id=show.pk) is None


def test_what_is_being_paid_for_is_still_to_be_seen(alice: User, show: Event) -> None:
    made = pick(alice, show, *ROW[:2])
    pay(alice, made, card=SILENT)

    with pytest.raises(PaymentPending):
        pick(alice, show, ROW[2])

    assert chosen(open_selection(user_id=alice.pk, event_id=show.pk)) == ROW[:2]


@pytest.mark.parametrize("event_id", [0, 999_999, 2**63, 10**30])
def test_nothing_is_open_of_an_event_that_there_is_not(alice: User, event_id: int) -> None:
    with pytest.raises(NoSuchEvent):
        open_selection(user_id=alice.pk, event_id=event_id)


def test_nothing_is_open_of_an_event_that_is_hidden(alice: User, show: Event) -> None:
    pick(alice, show, *ROW[:2])
    Event.objects.filter(pk=show.pk).update(published=False)

    with pytest.raises(NoSuchEvent):
        open_selection(user_id=alice.pk, event_id=show.pk)


def test_more_time_once(alice: User, show: Event) -> None:
    made = pick(alice, show, *ROW[:2])
    Reservation.objects.filter(pk=made.id).update(expires_at=made.expires_at.replace(microsecond=0))
    Seat.objects.filter(reservation=made.id).update(
        expires_at=made.expires_at.replace(microsecond=0)
    )

    longer = prolong_hold(reservation_id=made.id, user_id=alice.pk)
    with pytest.raises(AlreadyProlonged):
        prolong_hold(reservation_id=made.id, user_id=alice.pk)

    assert longer.expires_at > made.expires_at
    assert set(Seat.objects.filter(reservation=made.id).values_list("expires_at", flat=True)) == {
        longer.expires_at
    }


def test_no_more_time_when_it_is_over(alice: User, show: Event) -> None:
    made = pick(alice, show, *ROW[:2])
    let_expire(made)

    with pytest.raises(HoldExpired):
        prolong_hold(reservation_id=made.id, user_id=alice.pk)
