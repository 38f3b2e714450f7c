"""What watchers of many events and people are told, and what it costs to find out."""

import asyncio
import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from realtime.publish import flush
from realtime.reading import close_connections, read
from tests.builders import a_user, an_event, many_users
from tests.realtime.stage import BATCH, Screen, eventually, open_hub
from ticketing import live
from ticketing.models import Event, Reservation, ReservationItem, TicketType

pytestmark = pytest.mark.django_db
MANY = 300


def many_events(count):
    like = an_event()
    fields = {field.name: getattr(like, field.name) for field in Event._meta.concrete_fields}
    for left_to_the_database in ("id", "searchable", "created_at"):
        del fields[left_to_the_database]
    events = Event.objects.bulk_create(Event(**fields) for _ in range(count))
    TicketType.objects.bulk_create(
        TicketType(event=event, name=name, price=1000, capacity=3)
        for event in events
        for name in ("R석", "S석")
    )
    return events


def many_reservations(user, ticket_type, count):
    """Return as many reservations of `user`, the latest first."""
    now = timezone.now()
    reservations = Reservation.objects.bulk_create(
        Reservation(
            code=f"{user.pk}-{number}",
            user=user,
            event_id=ticket_type.event_id,
            status="expired",
            total=ticket_type.price,
            currency="KRW",
            created_at=now - timedelta(minutes=number),
            held_until=now,
            expires_at=now,
            settled_at=now,
        )
        for number in range(count)
    )
    ReservationItem.objects.bulk_create(
        ReservationItem(
            reservation=reservation, ticket_type=ticket_type, quantity=1, price=ticket_type.price
        )
        for reservation in reservations
    )
    return reservations


def test_many_events_are_read_in_two_queries(django_assert_num_queries):
    events = many_events(MANY)
    idents = [str(event.pk) for event in events]

    with django_assert_num_queries(2):
        found = live.event_snapshots(idents)

    assert list(found) == idents
    for event in events:
        keys = [change.key for change in found[str(event.pk)]]
        types = event.ticket_types.order_by("position", "id")
        assert keys == [f"event.{event.pk}", *(f"ticket.{one.pk}" for one in types)]


def test_what_is_no_public_event_is_unknown(concert):
    secret = an_event(published=False)
    good = str(concert.pk)

    found = live.event_snapshots(["nonsense", "", "-1", "9" * 64, "0", str(secret.pk), good])

    assert list(found) == [good]


def test_many_people_are_read_in_one_query(stalls, django_assert_num_queries):
    people = many_users(MANY)
    own = {str(user.pk): many_reservations(user, stalls, count=2) for user in people}

    with django_assert_num_queries(1):
        found = live.user_snapshots(own)

    assert found.keys() == own.keys()
    for ident, reservations in own.items():
        told = [change.key for change in found[ident]]
        assert told == [f"reservation.{reservation.pk}" for reservation in reservations]


def test_each_person_is_told_of_the_latest_and_who_has_none_of_nothing(stalls, alice, bob):
    many = many_reservations(alice, stalls, count=live.RECENT + 5)
    (one,) = many_reservations(bob, stalls, count=1)
    nobody = a_user("nobody")

    found = live.user_snapshots([str(alice.pk), str(bob.pk), str(nobody.pk), "nonsense"])

    latest = [f"reservation.{reservation.pk}" for reservation in many[: live.RECENT]]
    assert [change.key for change in found[str(alice.pk)]] == latest
    assert [change.key for change in found[str(bob.pk)]] == [f"reservation.{one.pk}"]
    assert found[str(nobody.pk)] == found["nonsense"] == []


def test_the_latest_reservations_are_found_by_an_index(stalls):
    people = many_users(MANY)
    for user in people:
        many_reservations(user, stalls, count=10)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ticketing_reservation")
        cursor.execute(f"EXPLAIN {live.LATEST}", [[user.pk for user in people[:200]], live.RECENT])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index" in plan
    assert "Seq Scan" not in plan


class Queries(logging.Handler):
    """Keeps the queries of all threads."""

    def __init__(self):
        super().__init__()
        self.found = []

    def emit(self, record):
        if hasattr(record, "sql"):
            self.found.append(record.sql)

    @contextmanager
    def kept(self):
        logger = logging.getLogger("django.db.backends")
        was = logger.level, logger.propagate
        logger.addHandler(self)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.level, logger.propagate = was


@pytest.mark.django_db(transaction=True)
def test_a_hub_reads_three_hundred_events_anew_in_a_few_queries(settings):
    topics = [live.event_topic(event.pk) for event in many_events(MANY)]
    settings.DEBUG = True  # else nobody notes queries
    queries = Queries()

    async def watch_and_change():
        async with open_hub(resync_every=60) as hub:
            screens = [Screen() for _ in topics]
            for screen, topic in zip(screens, topics, strict=True):
                hub.watch(screen.watcher, topic, BATCH)
            await eventually(lambda: all(screen.frames for screen in screens), within=10)
            await read(TicketType.objects.update, price=2000, version=2)
            with queries.kept():
                hub._refresh_all()
                await eventually(lambda: all(map(knows_the_price, screens)), within=10)

    asyncio.run(watch_and_change())

    flush()
    close_connections()
    assert 4 <= len(queries.found) <= 8  # two a reading, of 200 topics where it can


def knows_the_price(screen):
    tickets = [value for key, value in screen.shown.items() if key.startswith("ticket.")]
    return [ticket["price"] for ticket in tickets] == [2000, 2000]
