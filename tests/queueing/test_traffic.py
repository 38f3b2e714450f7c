"""A minute of traffic is one row, however many processes tell what they saw of it."""

from datetime import UTC, datetime, timedelta

import pytest

from queueing.claims import note_traffic
from queueing.models import Traffic
from tests.queueing.rooms import a_room
from tests.races import kinds, race

MINUTE = datetime(2026, 11, 21, 18, 3, tzinfo=UTC)
COUNTS = ("joined", "called", "entered", "left", "no_shows", "waiting_max", "active_max")


def counts(traffic: Traffic) -> dict[str, int]:
    return {name: getattr(traffic, name) for name in COUNTS if getattr(traffic, name)}


@pytest.mark.django_db
def test_adds_up_within_a_minute_and_keeps_the_most(django_assert_num_queries):
    room = a_room()

    with django_assert_num_queries(1):
        note_traffic(room, MINUTE, joined=5, called=2, waiting=900, active=3)
    later = MINUTE + timedelta(seconds=59.9)
    note_traffic(room, later, joined=1, entered=2, left=3, no_shows=4, waiting=800, active=30)

    minute = room.traffic.get()
    assert minute.minute == MINUTE
    assert counts(minute) == {
        "joined": 6,
        "called": 2,
        "entered": 2,
        "left": 3,
        "no_shows": 4,
        "waiting_max": 900,
        "active_max": 30,
    }


@pytest.mark.django_db
def test_minutes_and_rooms_are_apart():
    room, other = a_room(), a_room()

    note_traffic(room, MINUTE, joined=1)
    note_traffic(room, MINUTE + timedelta(minutes=1), joined=2)
    note_traffic(other, MINUTE, joined=4)

    assert [minute.joined for minute in room.traffic.all()] == [2, 1]
    assert [minute.joined for minute in other.traffic.all()] == [4]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_tell_at_once():
    room = a_room()

    told = race([lambda: note_traffic(room, MINUTE, joined=1, waiting=5)] * 80)

    assert kinds(told) == {"NoneType": 80}
    assert counts(room.traffic.get()) == {"joined": 80, "waiting_max": 5}
