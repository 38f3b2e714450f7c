"""Operators may let an event do without the rule of the lonely seat."""

import pytest

from accounts.models import User
from tests.builders import a_seated_event
from ticketing.errors import StrandedSeat
from ticketing.models import Event
from ticketing.seating.samples import make_plain_hall
from ticketing.services.choosing import Wish, change_selection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("allowed", [False, True])
def test_an_event_may_allow_lonely_seats(alice: User, allowed: bool) -> None:
    show = a_seated_event(make_plain_hall(10), allows_lonely_seats=allowed)
    wish = Wish(alice.pk, show.pk, picks=["1F-1-2"])

    if not allowed:
        with pytest.raises(StrandedSeat):
            change_selection(wish)
    else:
        assert [seat.id for seat in change_selection(wish).seats] == ["1F-1-2"]


def test_the_switch_works_while_people_buy(alice: User, bob: User) -> None:
    show = a_seated_event(make_plain_hall(20))
    change_selection(Wish(bob.pk, show.pk, picks=["1F-1-1"]))

    Event.objects.filter(pk=show.pk).update(allows_lonely_seats=True)

    assert change_selection(Wish(alice.pk, show.pk, picks=["1F-1-3"]))
