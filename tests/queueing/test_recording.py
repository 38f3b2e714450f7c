"""What a real line does is written down, by any number of workers, and reads as fair."""

import random
from itertools import count

import pytest

from queueing.line import Line, LineLost, Mode, Settings, Tick
from queueing.models import WaitingRoom
from queueing.recording import record_tick
from queueing.verifying import verify
from tests.queueing.rooms import a_room
from tests.races import kinds, race

SETTINGS = Settings(version=1, mode=Mode.ON, threshold=10_000, rate=10_000, recovery_ms=0)


class Street:
    """A line in Redis whose clock moves by a second with each tick."""

    def __init__(self, room: WaitingRoom) -> None:
        self.room = room
        self.now = 1_000_000_000_000
        self.people = (f"u{number}" for number in count(1))
        self.line = Line(room.event_id, clock=lambda: self.now)
        self.reserved = 0
        self.begin()

    def begin(self) -> None:
        before, self.reserved = self.reserved, self.reserved + 1_000
        self.line.begin(epoch=1, before=before, reserved=self.reserved, settings=SETTINGS)

    def arrive(self, number: int) -> dict[str, int]:
        people = [next(self.people) for _ in range(number)]
        return {person: self.line.join(person).number for person in people}

    def admit(self, number: int) -> Tick:
        self.now += 1_000
        return self.line.admit(number)

    def tick(self) -> Tick:
        self.now += 1_000
        return self.line.tick()


@pytest.fixture
def street(db: None) -> Street:
    return Street(a_room())


def record(street: Street, *ticks: Tick) -> None:
    for tick in ticks:
        record_tick(room_id=street.room.pk, tick=tick)


def told(street: Street) -> list[tuple[str, dict]]:
    bodies = street.room.record.values_list("kind", "body")
    return [(kind, {**body, "version": 0} if "version" in body else body) for kind, body in bodies]


def call(*numbers: int, frontier: int) -> tuple[str, dict]:
    said = {"epoch": 1, "version": 0, "numbers": list(numbers), "frontier": frontier}
    return "called", said


def test_writes_down_who_joined_and_who_was_called(street):
    street.arrive(5)
    record(street, street.admit(2))
    street.arrive(3)
    record(street, street.tick())

    assert told(street) == [
        ("begun", {"epoch": 1, "after": 0, "lost": False}),
        ("joined", {"first": 1, "last": 5}),
        call(1, 2, frontier=2),
        ("joined", {"first": 6, "last": 8}),
        call(3, 4, 5, 6, 7, 8, frontier=8),
    ]
    assert verify(street.room) is None


def test_a_tick_that_changed_nothing_leaves_no_trace(street, django_assert_num_queries):
    record(street, street.tick())
    before = told(street)

    with django_assert_num_queries(1):
        record(street, street.tick())

    assert told(street) == before


def test_ticks_are_written_down_in_any_order(street):
    ticks = []
    for _ in range(20):
        street.arrive(3)
        ticks.append(street.admit(2))

    random.shuffle(ticks)
    record(street, *ticks)

    assert verify(street.room) is None
    assert (
        sum(body["last"] + 1 - body["first"] for kind, body in told(street) if kind == "joined")
        == 60
    )


def test_a_loss_is_noted_and_the_order_after_it_reads_as_fair(street):
    places = street.arrive(6)
    record(street, street.admit(2))

    street.line.forget()
    with pytest.raises(LineLost):
        street.tick()
    street.begin()
    street.arrive(1)
    for person in ("u5", "u3"):
        street.line.restore(person, number=places[person], epoch=1)
    record(street, street.admit(2))
    for person in ("u1", "u4"):  # the first had been called before the loss
        street.line.restore(person, number=places[person], epoch=1)
    record(street, street.admit(9))

    assert told(street)[3:] == [
        ("begun", {"epoch": 1, "after": 1_001, "lost": True}),
        call(3, 5, frontier=1_000),
        call(1, 4, 1_001, frontier=1_001),
    ]
    assert verify(street.room) is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_write_at_once():
    street = Street(a_room())
    ticks = []
    for _ in range(60):
        street.arrive(4)
        ticks.append(street.admit(3))

    wrote = race([lambda tick=tick: record(street, tick) for tick in ticks])

    assert kinds(wrote) == {"NoneType": 60}
    assert verify(street.room) is None
    called = [number for kind, body in told(street) for number in body.get("numbers", [])]
    assert sorted(called) == list(range(1, 181))
    assert [kind for kind, _ in told(street)].count("begun") == 1
