"""The demo's halls: priced as they are drawn, and filled as people fill them."""

import pytest

from config.demo.halls import HALLS, HOUSE, fill_hall, seat_show
from config.demo.programme import PROGRAMME
from core.invariants import breaches, known
from tests.builders import an_event, many_users
from ticketing.models import Seat, TicketType

SEATED = [show for show in PROGRAMME if show.hall]


def test_one_show_has_those_who_stand_and_those_who_sit():
    mixed = [show for show in SEATED if any(not offer.category for offer in show.offers)]

    assert len(SEATED) >= 3
    assert len(mixed) == 1


@pytest.mark.parametrize("show", SEATED, ids=lambda show: show.hall)
def test_each_seat_of_a_show_has_a_price(show):
    plan = HALLS[show.hall]()

    sold = {plan.categories[place.category].key for place in plan.places}

    assert sold == {offer.category for offer in show.offers if offer.category}


@pytest.mark.django_db(transaction=True)
def test_a_hall_is_filled_by_people_who_buy():
    [show] = [show for show in SEATED if show.hall == "theatre"]
    event = an_event()
    plan = seat_show(event, show)

    fill_hall(event, plan, many_users(20))

    states = list(Seat.objects.filter(event=event).values_list("state", flat=True))
    assert states.count("b") == HOUSE
    assert states.count("s") > 10
    assert states.count("h") > 0
    assert TicketType.objects.filter(event=event, sold__gt=0).count() > 1
    assert [breach for one in known() for breach in breaches(of=one)] == []
