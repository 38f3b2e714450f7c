"""Many who choose at once, and many tabs of one person."""

import random

import pytest

from accounts.models import User
from tests.builders import (
    a_user,
    many_users,
)
from tests.races import race
from tests.ticketing.picking import ROW, chosen, pick, states
from ticketing.errors import (
    SeatsTaken,
    StrandedSeat,
)
from ticketing.models import Event, Reservation, TicketType
from ticketing.services.choosing import open_selection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.race
def test_sixteen_people_over_six_seats(show: Event) -> None:
    people = many_users(16)
    six = [f"1F-1-{label}" for label in range(1, 7)]
    chance = random.Random(5)

    def want(person: User):
        wanted = chance.sample(six, 2)
        return lambda: pick(person, show, *wanted, anew=True)

    outcomes = race([want(person) for person in people])

    winners = [one for one in outcomes if not isinstance(one, Exception)]
    losers = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, SeatsTaken | StrandedSeat) for one in losers), losers
    taken = [seat for one in winners for seat in chosen(one)]
    assert len(taken) == len(set(taken))
    assert states(show).count("h") == len(taken)


@pytest.mark.race
def test_five_tabs_of_one_person_have_one_selection(show: Event) -> None:
    TicketType.objects.filter(event=show).update(max_per_person=None)
    alice = a_user("alice")
    pairs = [ROW[first : first + 2] for first in range(0, 10, 2)]

    outcomes = race([lambda pair=pair: pick(alice, show, *pair) for pair in pairs])

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert Reservation.objects.filter(user=alice, status="held").count() == 1
    assert chosen(open_selection(user_id=alice.pk, event_id=show.pk)) == ROW
