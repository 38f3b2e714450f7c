"""The topic of an event's seats: read from the rows, published by what moves them."""

import asyncio
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from realtime.publish import flush
from realtime.reading import close_connections, read
from realtime.topics import UnknownTopic, take_snapshot
from tests.builders import a_hold, a_ticket_type, a_user, an_event
from tests.realtime.stage import eventually, open_hub, watching
from ticketing.live_seats import seat_maps, seats_topic
from ticketing.models import Hall, Seat
from ticketing.seating.samples import sample
from ticketing.services.seating import Price, block_seats, keep_layout, seat_event


@pytest.fixture(autouse=True)
def pipes():
    """Send what was published and let go of the database before a test ends."""
    yield
    flush()
    close_connections()


def a_seated_event(hall="theatre", **fields):
    """Return an event with all the seats of a sample hall, and its plan."""
    plan = sample(hall)
    room, _ = Hall.objects.get_or_create(name=hall)
    event = an_event(**fields)
    used = sorted({place.category for place in plan.places})
    prices = {plan.categories[n].key: Price(f"Stand {n}", 50_000) for n in used}
    layout = keep_layout(hall=room, plan=plan)
    seat_event(event_id=event.pk, layout_id=layout.pk, prices=prices)
    return event, plan


def hold_seat(event, number, *, expires_in):
    """Let somebody hold a seat, without telling anybody."""
    buyer = a_user(f"buyer-{number}")
    hold = a_hold(buyer, {a_ticket_type(event, name=f"Standing {number}"): 1})
    row = {"state": "h", "reservation": hold.id, "version": 2}
    Seat.objects.filter(event=event, number=number).update(
        **row, expires_at=timezone.now() + expires_in
    )


@pytest.mark.django_db(transaction=True)
def test_a_map_has_a_letter_a_seat_and_follows_time():
    event, plan = a_seated_event()
    hold_seat(event, 3, expires_in=timedelta(minutes=5))
    hold_seat(event, 4, expires_in=timedelta(seconds=-1))
    block_seats(event_id=event.pk, seats=[plan.places[0].key], reason="house")

    cells = take_snapshot(seats_topic(event.pk))

    assert cells.header == {"layout": plan.version}
    assert cells.letters == "bffh" + "f" * (len(plan.places) - 4)
    assert cells.versions[:6] == [2, 1, 1, 2, 2, 1]
    assert cells.value_of(4, "f") == {"id": plan.places[4].key, "number": 4, "state": "free"}


@pytest.mark.django_db(transaction=True)
def test_many_maps_are_read_in_one_query(django_assert_num_queries):
    events = [a_seated_event()[0] for _ in range(3)]
    idents = [str(event.pk) for event in events]
    seat_maps(idents)  # which reads the layout, once for all

    with django_assert_num_queries(1):
        maps = seat_maps(idents)

    assert maps.keys() == set(idents)


@pytest.mark.django_db(transaction=True)
def test_only_published_events_with_numbered_seats_have_a_map():
    hidden, _ = a_seated_event(published=False)

    for ident in (str(hidden.pk), str(an_event().pk), "0", "x", "9" * 30):
        with pytest.raises(UnknownTopic):
            take_snapshot(f"seats.{ident}")


@pytest.mark.django_db(transaction=True)
def test_a_seat_that_moves_is_told_with_its_name():
    event, plan = a_seated_event()

    async def look():
        async with open_hub(resync_every=60) as hub:
            screen = await watching(hub, seats_topic(event.pk))
            keys = [plan.places[7].key]
            await read(block_seats, event_id=event.pk, seats=keys, reason="house")
            await eventually(lambda: len(screen.frames) == 2)
            return screen.frames

    snapshot, update = map(orjson.loads, asyncio.run(look()))
    [whole] = snapshot["changes"]
    assert (whole["key"], whole["kind"]) == ("seats", "seats_snapshot")
    assert whole["value"] == {"layout": plan.version, "states": "f" * len(plan.places)}
    assert update["changes"] == [
        {
            "key": "seat.7",
            "kind": "seat_updated",
            "version": 2,
            "value": {"id": plan.places[7].key, "number": 7, "state": "blocked"},
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_twenty_thousand_seats_fit_into_twenty_five_kilobytes(client):
    event, plan = a_seated_event("stadium")

    answer = client.get(f"/api/live?topics=seats.{event.pk}")

    assert len(plan.places) >= 20_000
    assert len(answer.content) <= 25_000
    [snapshot] = answer.json()["snapshots"]
    assert len(snapshot["changes"][0]["value"]["states"]) == len(plan.places)
