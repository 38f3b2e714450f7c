"""The beat of admission: whom it lets in, whom it tells, and what it writes down."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, Sum
from django.utils import timezone

from queueing.draw import hash_of, place_of
from queueing.jobs import tick
from queueing.line import Line, State
from queueing.models import Forecast, WaitingRoom
from queueing.rooms import forget_all
from queueing.services.opening import insist
from queueing.services.steering import configure_room
from queueing.services.ticking import tick_all
from queueing.verifying import verify
from realtime import publish as door
from realtime.outbox import Outbox
from realtime.publish import flush
from tests.builders import a_hold, a_ticket_type, a_user, an_event
from tests.queueing.asking import pass_time
from tests.queueing.rooms import a_room
from tests.races import kinds, race
from ticketing.models import Event
from ticketing.services.ending import cancel_reservation

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 5
PLENTY = {"threshold": 10_000, "rate": 100_000}


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    return event


class Letters:
    """Plays the channel layer."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    async def send(self, topic, changes, since):
        self.sent += [(topic, change.open()) for change in changes]

    def of(self, topic: str) -> list[Any]:
        assert flush()
        return [change for one, change in self.sent if one == topic]


@pytest.fixture
def letters(monkeypatch):
    letters = Letters()
    outbox = Outbox(send=letters.send)
    monkeypatch.setattr(door, "_outbox", outbox)
    yield letters
    outbox.stop()


def arrive(event, *people):
    """Have people line up; return their numbers."""
    return [insist(event.pk, lambda line, one=one: line.join(one)).number for one in people]


def crowd(count, first=1):
    return [f"u{number}" for number in range(first, first + count)]


def inside(event, people):
    """Return who of `people` was let in."""
    line = Line(event.pk)
    return [one for one in people if line.look(one).state in {State.CALLED, State.ENTERED}]


def record(room):
    return list(room.record.order_by("sequence").values_list("kind", "body"))


def fits(room):
    """Tell whether the record of a room holds."""
    return verify(WaitingRoom.objects.get(pk=room.pk)) is None


def traffic(room):
    sums = [Sum(name) for name in ("joined", "called", "entered", "left", "no_shows")]
    found = room.traffic.aggregate(*sums)
    return {name.removesuffix("__sum"): count for name, count in found.items() if count}


# Who is let in


def test_lets_in_from_the_head_as_many_as_there_is_room_for(event):
    a_room(event=event, threshold=3)
    people = crowd(5)
    arrive(event, *people)

    tick_all()
    assert inside(event, people) == people[:3]
    Line(event.pk).leave(people[1])
    tick_all()

    assert inside(event, people) == [people[0], people[2], people[3]]


def test_lets_in_no_more_than_the_rate_allows_in_any_minute(event):
    a_room(event=event, threshold=1000, rate=60, claim_seconds=900)
    event.ticket_types.update(capacity=1000, available=1000)
    arrive(event, *crowd(150))
    came = []

    for _ in range(48):
        tick_all()
        came.append(Line(event.pk).room().active)
        pass_time(event, 2.5)

    news = [now - before for before, now in zip([0, *came], came, strict=False)]
    assert news[0] == 3  # not a minute's worth in its first second
    assert all(sum(news[n : n + 24]) <= 60 for n in range(len(news)))
    assert came[-1] >= 110  # and no less, over two minutes


def test_lets_in_a_whole_crowd_by_batches_in_one_beat(event):
    a_room(event=event, **PLENTY)
    event.ticket_types.update(capacity=5_000, available=5_000)
    people = crowd(1_230)
    arrive(event, *people)

    tick_all()

    assert Line(event.pk).room().active == 1_230


@pytest.mark.race
def test_workers_who_tick_at_once_let_in_no_more(event):
    a_room(event=event, threshold=7)
    people = crowd(40)
    arrive(event, *people)

    assert kinds(race([tick_all] * (4 * WORKERS))) == {"int": 20}

    assert inside(event, people) == people[:7]


def test_a_beat_that_finds_nothing_to_do_writes_nothing(
    event, letters, django_assert_max_num_queries
):
    room = a_room(event=event)
    arrive(event, *crowd(3))
    tick_all()
    before = record(room)

    with django_assert_max_num_queries(8):
        tick_all()

    assert record(room) == before


# Who is told


def test_those_who_are_let_in_are_told_and_nobody_else_is(event, letters):
    a_room(event=event, threshold=3)
    alice, bob, charlie = (a_user(name) for name in ("alice", "bob", "charlie"))
    guest = "g" + "a" * 22
    arrive(event, f"u{alice.pk}", guest, f"u{bob.pk}", f"u{charlie.pk}")

    tick_all()
    tick_all()

    for user in (alice, bob):
        (change,) = letters.of(f"user.{user.pk}")
        assert (change.key, change.kind) == (f"admission.{event.pk}", "queue_admitted")
        assert change.value["event"] == str(event.pk)
        assert change.value["until"] > timezone.now().isoformat()
    assert letters.of(f"user.{charlie.pk}") == []
    topics = {topic for topic, _ in letters.sent}
    assert topics == {f"user.{alice.pk}", f"user.{bob.pk}", f"queue.{event.pk}"}


def test_everybody_is_told_how_far_the_line_has_come(event, letters):
    a_room(event=event, threshold=4)
    arrive(event, *crowd(10))

    tick_all()

    change = letters.of(f"queue.{event.pk}")[-1]
    assert (change.key, change.kind) == (f"queue.{event.pk}", "queue_updated")
    said = {name: change.value[name] for name in ("frontier", "last", "waiting", "active")}
    assert said == {"frontier": 4, "last": 10, "waiting": 6, "active": 4}
    assert (change.value["mode"], change.value["state"]) == ("on", "waiting")
    assert (change.value["available"], change.value["held"], change.value["epoch"]) == (100, 0, 1)
    assert not {"people", "person", "pass", "place", "seed"} & set(change.value)


def test_frontiers_never_go_back(event, letters):
    a_room(event=event, threshold=2)
    people = crowd(12)
    arrive(event, *people)

    for person in people:
        tick_all()
        letters.of(f"queue.{event.pk}")
        Line(event.pk).leave(person)

    told = letters.of(f"queue.{event.pk}")
    frontiers = [change.value["frontier"] for change in told]
    assert frontiers == sorted(frontiers)
    assert [change.version for change in told] == sorted({change.version for change in told})


# What is written down


def test_the_record_tells_who_joined_and_who_was_let_in(event):
    room = a_room(event=event, threshold=2)
    arrive(event, *crowd(3))
    tick_all()
    Line(event.pk).leave("u1")
    arrive(event, "u4")
    tick_all()

    said = record(room)

    assert [kind for kind, _ in said] == ["begun", "joined", "called", "joined", "called"]
    assert [body["numbers"] for kind, body in said if kind == "called"] == [[1, 2], [3]]
    assert said[1][1] == {"first": 1, "last": 3}
    assert fits(room)


def test_each_minute_counts_everything_once(event):
    room = a_room(event=event, threshold=3, claim_seconds=60)
    people = crowd(8)
    arrive(event, *people)
    race([tick_all] * WORKERS)
    Line(event.pk).beat("u1")  # comes in
    Line(event.pk).leave("u8")
    race([tick_all] * WORKERS)
    pass_time(event, 61)  # two never came
    race([tick_all] * WORKERS)

    assert traffic(room) == {"joined": 8, "called": 5, "entered": 1, "left": 1, "no_shows": 2}
    busiest = room.traffic.order_by("-waiting_max").first()
    assert (busiest.waiting_max, busiest.active_max) == (5, 3)


def test_forecasts_are_made_while_the_line_moves_and_settled_by_it(event):
    room = a_room(event=event, threshold=1000, rate=60)
    people = crowd(40)
    arrive(event, *people)

    for _ in range(5):
        tick_all()
        pass_time(event, 5)
    made = Forecast.objects.filter(room=room).count()
    for _ in range(10):
        tick_all()
        pass_time(event, 5)

    assert made >= 1
    first = Forecast.objects.filter(room=room).earliest("made_at", "number")
    assert first.low_at <= first.expected_at <= first.high_at
    assert first.reached_at is not None


# Several rooms


def test_every_room_is_moved_but_those_that_are_off_or_long_over(event):
    a_room(event=event)
    other, off, over = an_event(), an_event(), an_event()
    for one in (other, off, over):
        a_ticket_type(one, capacity=10)
    a_room(event=other)
    a_room(event=off)
    a_room(event=over)
    for one in (event, other, off, over):
        arrive(one, "u1")
    WaitingRoom.objects.filter(event=off).update(mode="off")
    Event.objects.filter(pk=over.pk).update(
        sale_starts_at=timezone.now() - timedelta(days=9),
        sale_ends_at=timezone.now() - timedelta(days=2),
    )

    assert tick_all() == 2

    assert [inside(one, ["u1"]) for one in (event, other, off, over)] == [["u1"], ["u1"], [], []]


def test_a_room_that_is_broken_does_not_stop_the_others(event, redis, caplog):
    broken, other = an_event(), an_event()
    for one in (broken, other):
        a_ticket_type(one, capacity=10)
    for one in (event, broken, other):
        a_room(event=one)
        arrive(one, "u1")
    redis.set(f"line:{{{broken.pk}}}:active", "nonsense")

    assert tick_all() == 3

    assert inside(event, ["u1"]) == inside(other, ["u1"]) == ["u1"]
    assert f"the line of event {broken.pk} could not be moved" in caplog.text


def test_without_redis_the_beat_goes_on_and_says_so(event, settings, caplog):
    a_room(event=event)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert tick_all() == 1

    assert f"the line of event {event.pk} cannot be reached" in caplog.text


# The draw


def come_early(event, room, count):
    opens_at = timezone.now() + timedelta(hours=1)
    configure_room(room_id=room.pk, changes={"opens_at": opens_at}, by=None)
    people = crowd(count)
    tickets = arrive(event, *people)
    tick_all()
    return dict(zip(people, tickets, strict=True))


def open_line(event, room):
    over = timezone.now() - timedelta(seconds=1)
    configure_room(room_id=room.pk, changes={"opens_at": over}, by=None)


def test_early_people_are_drawn_by_the_seed_that_was_sealed(event):
    room = a_room(event=event, mode="paused")
    tickets = come_early(event, room, 20)
    (sealed,) = (body for kind, body in record(room) if kind == "sealed")

    open_line(event, room)
    arrive(event, "u99")
    tick_all()

    line = Line(event.pk)
    (revealed,) = (body for kind, body in record(room) if kind == "revealed")
    seed = revealed["seed"]
    assert hash_of(seed) == sealed["seed_hash"]
    assert revealed["count"] == 20
    drawn = {who: place_of(ticket, seed=seed, count=20) for who, ticket in tickets.items()}
    assert {who: line.look(who).number for who in tickets} == drawn
    assert line.look("u99").ahead == 20
    assert fits(room)


def test_the_seed_is_revealed_before_anybody_is_let_in(event):
    room = a_room(event=event, threshold=5)
    come_early(event, room, 9)
    assert inside(event, crowd(9)) == []

    open_line(event, room)
    tick_all()
    tick_all()

    told = [kind for kind, _ in record(room)]
    assert told.index("sealed") < told.index("revealed") < told.index("called")
    assert len(inside(event, crowd(9))) == 5
    assert fits(room)


@pytest.mark.race
def test_workers_who_draw_at_once_draw_the_same(event):
    room = a_room(event=event, mode="paused")
    tickets = come_early(event, room, 700)
    open_line(event, room)

    assert kinds(race([tick_all] * WORKERS)) == {"int": WORKERS}

    line = Line(event.pk)
    numbers = sorted(line.look(who).number for who in tickets)
    assert numbers == list(range(701, 1401))
    assert [kind for kind, _ in record(room)].count("revealed") == 1
    assert fits(room)


def test_a_loss_before_the_opening_costs_nobody_their_ticket(event, redis):
    room = a_room(event=event, mode="paused")
    come_early(event, room, 3)
    redis.flushdb()
    forget_all()

    tick_all()
    line = Line(event.pk)
    again = line.restore("u2", number=2, epoch=1, early=True)

    assert (again.state, again.number) == (State.EARLY, 2)


# What Redis has missed


def test_settings_that_redis_has_missed_are_brought_before_anybody_is_called(event):
    room = a_room(event=event)
    arrive(event, *crowd(3))
    WaitingRoom.objects.filter(pk=room.pk).update(mode="paused", version=F("version") + 1)

    tick_all()

    assert Line(event.pk).room().mode == "paused"
    assert inside(event, crowd(3)) == []


def test_an_epoch_that_redis_has_missed_is_brought_too(event):
    room = a_room(event=event)
    numbers = arrive(event, *crowd(3))
    changes = {"epoch": F("epoch") + 1, "version": F("version") + 1}
    WaitingRoom.objects.filter(pk=room.pk).update(**changes)

    tick_all()

    line = Line(event.pk).room()
    assert (line.epoch, line.waiting, line.active) == (2, 0, 0)
    assert arrive(event, "u9")[0] > max(numbers)


def test_a_line_that_redis_has_lost_is_begun_by_the_beat(event, redis):
    room = a_room(event=event)
    numbers = arrive(event, *crowd(3))
    tick_all()
    redis.flushdb()

    tick_all()

    line = Line(event.pk).room()
    assert line.recovering
    assert line.last >= max(numbers)
    assert record(room)[-1][0] == "begun"
    assert record(room)[-1][1]["lost"] is True
    assert fits(room)


# What is left to sell


def test_as_many_shop_as_there_are_tickets(event):
    a_room(event=event, **PLENTY)
    (stalls,) = event.ticket_types.all()
    event.ticket_types.update(capacity=3, available=3)
    alice = a_user("alice")
    people = [f"u{alice.pk}", *crowd(9, first=900)]
    arrive(event, *people)

    tick_all()
    assert inside(event, people) == people[:3]
    a_hold(alice, {stalls: 1})
    tick_all()
    assert inside(event, people) == people[:3]  # two tickets, and two who have none yet
    Line(event.pk).leave(people[1])
    tick_all()

    assert inside(event, people) == [people[0], people[2], people[3]]


def test_nobody_is_let_in_when_nothing_is_left_and_a_return_lets_one_in(event, letters):
    a_room(event=event, **PLENTY)
    (stalls,) = event.ticket_types.all()
    event.ticket_types.update(capacity=2, available=2)
    alice, bob = a_user("alice"), a_user("bob")
    WaitingRoom.objects.update(mode="off")
    forget_all()
    mine, _ = a_hold(alice, {stalls: 1}), a_hold(bob, {stalls: 1})
    WaitingRoom.objects.update(mode="on")
    forget_all()
    people = crowd(4, first=900)
    arrive(event, *people)

    tick_all()
    assert inside(event, people) == []
    assert letters.of(f"queue.{event.pk}")[-1].value["reason"] == "sold_out"
    assert letters.of(f"queue.{event.pk}")[-1].value["held"] == 2
    cancel_reservation(reservation_id=mine.id, user_id=alice.pk)
    tick_all()

    assert inside(event, people) == people[:1]
    assert letters.of(f"queue.{event.pk}")[-1].value["reason"] is None


def test_before_the_sale_nobody_is_let_in(event, letters):
    a_room(event=event)
    Event.objects.filter(pk=event.pk).update(sale_starts_at=timezone.now() + timedelta(hours=1))
    arrive(event, "u1")

    tick_all()
    assert inside(event, ["u1"]) == []
    assert letters.of(f"queue.{event.pk}")[-1].value["reason"] == "upcoming"
    Event.objects.filter(pk=event.pk).update(sale_starts_at=timezone.now() - timedelta(hours=1))
    tick_all()

    assert inside(event, ["u1"]) == ["u1"]


def test_the_job_does_it_and_says_that_it_did(event, redis):
    a_room(event=event)
    arrive(event, "u1")

    tick()

    assert inside(event, ["u1"]) == ["u1"]
