"""What operators decide about a line, in the real PostgreSQL and the real Redis."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from queueing.draw import hash_of
from queueing.errors import (
    AlreadyCleared,
    DrawUnderWay,
    NoSuchRoom,
    NotInLine,
    PlacesDrawn,
    WrongSettings,
)
from queueing.line import Line, LineAway, State, Void
from queueing.models import WaitingRoom
from queueing.recording import record_draw
from queueing.services.opening import insist
from queueing.services.steering import (
    MOST_AT_ONCE,
    admit_now,
    clear_line,
    configure_room,
    create_room,
    remove_person,
)
from queueing.services.ticking import tick_all
from queueing.verifying import verify
from realtime import publish as door
from realtime.outbox import Outbox
from realtime.publish import flush
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.rooms import a_room
from tests.races import kinds, race

pytestmark = pytest.mark.django_db(transaction=True)

NOWHERE = "redis://127.0.0.1:1/0"
NOBODY = 2**40


@pytest.fixture
def boss() -> User:
    return a_user("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def room() -> WaitingRoom:
    """A room that is on and lets in two at once, before the sale of a hundred tickets."""
    event = an_event()
    a_ticket_type(event, capacity=100)
    return a_room(event=event, threshold=2)


class Letters:
    """Plays the channel layer."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    async def send(self, topic, changes, since):
        self.sent += [(topic, change.open()) for change in changes]

    def of(self, topic: str) -> list[Any]:
        assert flush()
        return [change.value for one, change in self.sent if one == topic]


@pytest.fixture
def letters(monkeypatch) -> Iterator[Letters]:
    letters = Letters()
    outbox = Outbox(send=letters.send)
    monkeypatch.setattr(door, "_outbox", outbox)
    yield letters
    outbox.stop()


@pytest.fixture
def away(settings) -> Iterator[Any]:
    """Takes Redis away, and brings it back."""

    class Away:
        here = settings.REDIS_URL

        def go(self) -> None:
            settings.REDIS_URL = NOWHERE

        def come_back(self) -> None:
            settings.REDIS_URL = self.here

    return Away()


def arrive(room: WaitingRoom, *people: str) -> list[int]:
    """Have people line up; return their numbers."""
    return [insist(room.event_id, lambda line, one=one: line.join(one)).number for one in people]


def crowd(count: int, first: int = 1) -> list[str]:
    return [f"u{number}" for number in range(first, first + count)]


def standing(room: WaitingRoom, person: str):
    return Line(room.event_id).look(person)


def told(room: WaitingRoom, *besides: str) -> list[tuple[str, dict]]:
    """Return what the record says, but for entries of kinds in `besides`."""
    entries = room.record.order_by("sequence").values_list("kind", "body")
    return [(kind, body) for kind, body in entries if kind not in besides]


def acts(room: WaitingRoom) -> list[tuple[str, dict]]:
    return told(room, "begun", "joined", "called")


def fresh(room: WaitingRoom) -> WaitingRoom:
    return WaitingRoom.objects.get(pk=room.pk)


# Settings


def test_what_is_changed_counts_at_once_and_is_in_the_record(room, boss, letters):
    after = configure_room(room_id=room.pk, changes={"mode": "paused", "rate": 7}, by=boss.pk)

    line = Line(room.event_id).room()
    assert (line.mode, line.rate, line.threshold) == ("paused", 7, 2)
    assert (after.version, line.settings_version) == (room.version + 1, room.version + 1)
    assert acts(room) == [("configured", {"changes": {"mode": "paused", "rate": 7}, "by": boss.pk})]
    assert letters.of(f"queue.{room.event_id}")[-1]["mode"] == "paused"
    assert verify(fresh(room)) is None


def test_what_is_so_already_leaves_no_trace(room, boss):
    after = configure_room(room_id=room.pk, changes={"mode": "on", "threshold": 2}, by=boss.pk)

    assert after.version == room.version
    assert told(room) == []


def test_the_house_changes_settings_too(room):
    configure_room(room_id=room.pk, changes={"mode": "drain"}, by=None)

    assert acts(room)[0][1]["by"] is None


@pytest.mark.parametrize("name", ["epoch", "version", "colour"])
def test_only_settings_can_be_set(room, boss, name):
    with pytest.raises(TypeError):
        configure_room(room_id=room.pk, changes={name: 9}, by=boss.pk)

    assert told(room) == []


@pytest.mark.parametrize(
    "changes",
    [{"grace_seconds": 1200}, {"threshold": 0}, {"mode": "sideways"}, {"message": "a" * 501}],
)
def test_settings_that_do_not_go_together_are_refused(room, boss, changes):
    with pytest.raises(WrongSettings) as refusal:
        configure_room(room_id=room.pk, changes=changes, by=boss.pk)

    assert refusal.value.status == 422
    assert refusal.value.facts["said"]
    assert refusal.value.facts["said"] in str(refusal.value)
    assert (fresh(room).version, told(room)) == (room.version, [])


def test_a_room_is_made_once_for_an_event(boss):
    event = an_event()

    rooms = race([lambda: create_room(event_id=event.pk, changes={"mode": "on"}, by=boss.pk)] * 8)

    assert kinds(rooms) == {"WaitingRoom": 8}
    assert len({room.pk for room in rooms}) == 1
    assert len(acts(rooms[0])) == 1


@pytest.mark.race
def test_operators_at_once_all_get_their_way(room, boss):
    changes = [{"threshold": 10 + n} for n in range(6)] + [{"rate": 10 + n} for n in range(6)]

    came = race(
        [
            lambda one=one: configure_room(room_id=room.pk, changes=one, by=boss.pk)
            for one in changes
        ]
    )

    after, line = fresh(room), Line(room.event_id).room()
    assert kinds(came) == {"WaitingRoom": 12}
    assert after.version == room.version + 12
    assert (after.threshold, after.rate) == (line.threshold, line.rate)
    said = [body["changes"] for _, body in acts(room)]
    assert {**room_settings(said)} == {"threshold": after.threshold, "rate": after.rate}
    assert verify(after) is None


def room_settings(changes: list[dict]) -> dict:
    """Return what the settings are after all changes of a record."""
    return {name: value for one in changes for name, value in one.items()}


@pytest.mark.race
def test_operators_who_want_the_same_are_one(room, boss):
    race([lambda: configure_room(room_id=room.pk, changes={"mode": "paused"}, by=boss.pk)] * 8)

    assert len(acts(room)) == 1


def test_without_redis_settings_count_as_soon_as_it_is_back(room, boss, away):
    arrive(room, *crowd(3))
    away.go()

    configure_room(room_id=room.pk, changes={"mode": "paused", "threshold": 3}, by=boss.pk)

    assert fresh(room).mode == "paused"
    assert [kind for kind, _ in acts(room)] == ["configured"]
    away.come_back()
    assert Line(room.event_id).room().mode == "on"
    tick_all()
    line = Line(room.event_id).room()
    assert (line.mode, line.threshold, line.waiting) == ("paused", 3, 3)


# The opening


def soon(**more: float) -> Any:
    return timezone.now() + timedelta(**(more or {"hours": 1}))


def test_an_opening_seals_the_seed_before_anybody_has_come(room, boss):
    opens_at = soon()

    after = configure_room(room_id=room.pk, changes={"opens_at": opens_at}, by=boss.pk)

    assert len(after.seed) == 64
    assert after.seed_hash == hash_of(after.seed)
    (_, configured), (kind, sealed) = acts(room)
    assert kind == "sealed"
    assert sealed["seed_hash"] == after.seed_hash
    assert sealed["opens_at"] == Line(room.event_id).room().opens_at
    assert set(configured["changes"]) == {"opens_at"}
    assert after.seed not in str(told(room))


def test_the_seed_stays_while_the_opening_moves(room, boss):
    first = configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)

    configure_room(room_id=room.pk, changes={"opens_at": None}, by=boss.pk)
    later = configure_room(room_id=room.pk, changes={"opens_at": soon(hours=2)}, by=boss.pk)

    assert later.seed == first.seed
    assert [kind for kind, _ in acts(room)].count("sealed") == 1
    assert verify(later) is None


def test_an_opening_that_is_over_seals_nothing(room, boss):
    configure_room(room_id=room.pk, changes={"opens_at": soon(hours=-1)}, by=boss.pk)

    assert fresh(room).seed == ""


def test_once_the_places_are_drawn_the_opening_stays(room, boss):
    configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)
    arrive(room, *crowd(3))
    record_draw(room_id=room.pk, count=3)

    for opens_at in (None, soon(hours=3)):
        with pytest.raises(PlacesDrawn):
            configure_room(
                room_id=room.pk, changes={"opens_at": opens_at, "mode": "off"}, by=boss.pk
            )

    assert fresh(room).mode == "on"
    configure_room(room_id=room.pk, changes={"mode": "paused"}, by=boss.pk)
    assert verify(fresh(room)) is None


# Letting in


def test_so_many_are_let_in_as_an_operator_wishes(room, boss, letters):
    alice = a_user("alice")
    arrive(room, f"u{alice.pk}", "g" + "a" * 22, *crowd(4, first=900))
    WaitingRoom.objects.update(mode="paused")

    done = admit_now(room_id=room.pk, quantity=4, by=boss.pk)

    assert done == 4
    assert standing(room, f"u{alice.pk}").state == State.CALLED
    assert standing(room, "u902").state == State.WAITING
    kinds_told = [kind for kind, _ in told(room)]
    assert kinds_told == ["begun", "admitted", "joined", "called"]
    assert acts(room) == [("admitted", {"quantity": 4, "by": boss.pk})]
    assert told(room)[-1][1]["numbers"] == [1, 2, 3, 4]
    assert letters.of(f"user.{alice.pk}")[-1]["event"] == str(room.event_id)
    assert letters.of(f"queue.{room.event_id}")[-1]["waiting"] == 2
    assert {topic for topic, _ in letters.sent} == {
        *(f"user.{pk}" for pk in (alice.pk, 900, 901)),
        f"queue.{room.event_id}",
    }
    assert verify(fresh(room)) is None


def test_nobody_is_let_in_who_does_not_wait(room, boss):
    arrive(room, *crowd(3))

    assert admit_now(room_id=room.pk, quantity=100, by=boss.pk) == 3
    assert admit_now(room_id=room.pk, quantity=100, by=boss.pk) == 0

    assert acts(room) == [("admitted", {"quantity": 3, "by": boss.pk})]


def test_many_are_let_in_by_batches(room, boss):
    arrive(room, *crowd(1_100))

    assert admit_now(room_id=room.pk, quantity=1_020, by=boss.pk) == 1_020

    assert Line(room.event_id).room().waiting == 80
    assert sum(body["quantity"] for _, body in acts(room)) == 1_020
    assert verify(fresh(room)) is None


def test_nobody_lets_in_a_whole_town_by_a_slip(room, boss):
    arrive(room, "u1")

    assert admit_now(room_id=room.pk, quantity=10 * MOST_AT_ONCE, by=boss.pk) == 1


@pytest.mark.race
def test_operators_who_let_in_at_once_let_in_what_they_said(room, boss):
    arrive(room, *crowd(60))

    came = race([lambda: admit_now(room_id=room.pk, quantity=9, by=boss.pk)] * 8)

    assert sum(came) == 60
    assert Line(room.event_id).room().waiting == 0
    numbers = [number for _, body in told(room) for number in body.get("numbers", [])]
    assert numbers == list(range(1, 61))
    assert verify(fresh(room)) is None


def test_without_redis_nobody_is_let_in_and_nothing_written(room, boss, away):
    arrive(room, *crowd(3))
    away.go()

    with pytest.raises(LineAway):
        admit_now(room_id=room.pk, quantity=3, by=boss.pk)

    assert told(room) == []


def test_nobody_is_let_in_while_places_are_drawn(room, boss):
    configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)
    arrive(room, *crowd(5))
    configure_room(room_id=room.pk, changes={"opens_at": soon(seconds=-1)}, by=boss.pk)
    assert insist(room.event_id, lambda line: line.tick(stock=9)).room.drawing

    with pytest.raises(DrawUnderWay):
        admit_now(room_id=room.pk, quantity=3, by=boss.pk)


# Removing


def test_who_is_removed_has_neither_place_nor_pass(room, boss, letters):
    numbers = arrive(room, *crowd(3))

    assert remove_person(room_id=room.pk, person="u2", by=boss.pk) == "u2"

    after = standing(room, "u2")
    assert (after.state, after.revoked) == (State.ABSENT, True)
    with pytest.raises(Void):
        Line(room.event_id).restore("u2", number=numbers[1], epoch=1)
    assert acts(room) == [("removed", {"number": 2, "by": boss.pk})]
    assert arrive(room, "u2") == [4]
    assert letters.of(f"queue.{room.event_id}")[-1]["waiting"] == 2


def test_somebody_inside_is_removed_too(room, boss):
    arrive(room, *crowd(3))
    tick_all()
    Line(room.event_id).beat("u1")
    assert standing(room, "u1").state == State.ENTERED

    remove_person(room_id=room.pk, person="u1", by=boss.pk)

    assert standing(room, "u1").state == State.ABSENT
    assert acts(room) == [("removed", {"number": None, "by": boss.pk})]


@pytest.mark.parametrize("stage", ["waits", "is early", "was called"])
def test_people_are_found_by_their_numbers(room, boss, stage):
    guest = "g" + "b" * 22
    if stage == "is early":
        configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)
    (number,) = arrive(room, guest)
    if stage == "was called":
        tick_all()

    assert remove_person(room_id=room.pk, number=number, by=boss.pk) == guest

    assert acts(room)[-1] == ("removed", {"number": number, "by": boss.pk})
    assert standing(room, guest).number is None


@pytest.mark.parametrize("who", [{"person": "u77"}, {"number": 77}, {}])
def test_nobody_is_removed_who_is_not_there(room, boss, who):
    arrive(room, *crowd(2))

    with pytest.raises(NotInLine) as refusal:
        remove_person(room_id=room.pk, by=boss.pk, **who)

    assert refusal.value.status == 404
    assert acts(room) == []


@pytest.mark.race
def test_of_operators_who_remove_the_same_person_one_does(room, boss):
    arrive(room, *crowd(2))

    came = race([lambda: remove_person(room_id=room.pk, person="u1", by=boss.pk)] * 8)

    assert kinds(came) == {"NotInLine": 7, "str": 1}
    assert len(acts(room)) == 1
    assert Line(room.event_id).room().waiting == 1


def test_without_redis_nobody_is_removed(room, boss, away):
    arrive(room, "u1")
    away.go()

    for who in ({"person": "u1"}, {"number": 1}):
        with pytest.raises(LineAway):
            remove_person(room_id=room.pk, by=boss.pk, **who)

    assert acts(room) == []


# Clearing


def test_a_cleared_line_has_nobody_and_gives_no_number_twice(room, boss):
    numbers = arrive(room, *crowd(5))
    tick_all()

    after = clear_line(room_id=room.pk, by=boss.pk, epoch=1)

    line = Line(room.event_id).room()
    assert (after.epoch, line.epoch, line.waiting, line.active) == (2, 2, 0, 0)
    assert line.settings_version == after.version
    with pytest.raises(Void):
        Line(room.event_id).restore("u5", number=numbers[4], epoch=1)
    assert arrive(room, "u9")[0] > max(numbers)
    assert acts(room) == [("cleared", {"epoch": 2, "by": boss.pk})]
    tick_all()
    assert verify(fresh(room)) is None


@pytest.mark.race
def test_of_operators_who_clear_the_same_line_one_does(room, boss):
    arrive(room, *crowd(5))

    came = race([lambda: clear_line(room_id=room.pk, by=boss.pk, epoch=1)] * 6)

    assert kinds(came) == {"AlreadyCleared": 5, "WaitingRoom": 1}
    assert (fresh(room).epoch, Line(room.event_id).room().epoch) == (2, 2)


def test_a_line_that_was_cleared_meanwhile_is_left_alone(room, boss):
    clear_line(room_id=room.pk, by=boss.pk, epoch=1)
    arrive(room, *crowd(2))

    with pytest.raises(AlreadyCleared):
        clear_line(room_id=room.pk, by=boss.pk, epoch=1)

    assert Line(room.event_id).room().waiting == 2


def test_without_redis_a_line_is_cleared_as_soon_as_it_is_back(room, boss, away):
    arrive(room, *crowd(5))
    away.go()

    clear_line(room_id=room.pk, by=boss.pk)

    assert fresh(room).epoch == 2
    away.come_back()
    assert Line(room.event_id).room().waiting == 5
    tick_all()
    line = Line(room.event_id).room()
    assert (line.epoch, line.waiting, line.active) == (2, 0, 0)
    assert verify(fresh(room)) is None


def test_what_is_cleared_before_the_opening_is_sealed_anew(room, boss):
    first = configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)
    arrive(room, *crowd(3))

    after = clear_line(room_id=room.pk, by=boss.pk)

    assert after.seed not in ("", first.seed)
    assert [kind for kind, _ in acts(room)] == ["configured", "sealed", "cleared", "sealed"]
    assert Line(room.event_id).room().early == 0
    assert verify(after) is None


def test_after_a_draw_a_cleared_line_can_have_another(room, boss):
    configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)
    record_draw(room_id=room.pk, count=3)
    WaitingRoom.objects.update(opens_at=soon(hours=-1))

    cleared = clear_line(room_id=room.pk, by=boss.pk)
    again = configure_room(room_id=room.pk, changes={"opens_at": soon()}, by=boss.pk)

    assert (cleared.seed, cleared.num_drawn) == ("", 0)
    assert len(again.seed) == 64
    assert verify(again) is None


# All at once


@pytest.mark.race
def test_operators_and_beats_at_once_leave_a_record_that_fits(room, boss):
    arrive(room, *crowd(40))
    wishes = [
        lambda: configure_room(room_id=room.pk, changes={"mode": "paused"}, by=boss.pk),
        lambda: configure_room(room_id=room.pk, changes={"mode": "on", "rate": 9}, by=boss.pk),
        lambda: admit_now(room_id=room.pk, quantity=5, by=boss.pk),
        lambda: remove_person(room_id=room.pk, number=40, by=boss.pk),
        lambda: clear_line(room_id=room.pk, by=boss.pk),
        lambda: arrive(room, *crowd(5, first=500)),
        tick_all,
    ]

    came = race(wishes * 4)

    assert set(kinds(came)) <= {"WaitingRoom", "int", "str", "list", "NotInLine"}
    tick_all()
    after, line = fresh(room), Line(room.event_id).room()
    assert (line.epoch, line.mode) == (after.epoch, after.mode)
    assert line.settings_version == after.version
    assert verify(after) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda by: configure_room(room_id=NOBODY, changes={"mode": "on"}, by=by),
        lambda by: admit_now(room_id=NOBODY, quantity=1, by=by),
        lambda by: remove_person(room_id=NOBODY, person="u1", by=by),
        lambda by: clear_line(room_id=NOBODY, by=by),
    ],
)
def test_a_room_that_is_not_there_cannot_be_steered(boss, act):
    with pytest.raises(NoSuchRoom):
        act(boss.pk)
