"""Who may stand before the sale of an event with a waiting room."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from accounts.models import User
from core.redis import impatient
from queueing.errors import AdmissionRequired
from queueing.guard import SaleGuard, now_in_milliseconds
from queueing.line import Line, LineAway, Mode, Settings
from queueing.models import WaitingRoom
from queueing.passes import Pass, sign_pass
from queueing.people import person_of_user
from queueing.places import Place, sign_place
from queueing.rooms import MOST_KNOWN, KnownRooms
from tests.builders import a_hold, a_ticket_type, a_user, pay
from tests.queueing.rooms import a_room
from ticketing.guards import SALE_GUARDS, Attempt
from ticketing.models import TicketType
from ticketing.services.ending import cancel_reservation

NOWHERE = "redis://127.0.0.1:1/0"
MODES = ["automatic", "on", "paused", "drain", "closed"]


class Watch:
    """A clock that a test sets, in seconds."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def room(db: None) -> WaitingRoom:
    return a_room()


@pytest.fixture
def stalls(room: WaitingRoom) -> TicketType:
    return a_ticket_type(room.event, capacity=100)


@pytest.fixture
def alice(db: None) -> User:
    return a_user("alice")


@pytest.fixture
def line(room: WaitingRoom) -> Line:
    """The line behind the room, in the real Redis."""
    line = Line(room.event_id)
    settings = Settings(version=1, mode=Mode.ON, threshold=1, rate=100)
    line.begin(epoch=1, before=0, reserved=100, settings=settings)
    return line


@pytest.fixture(autouse=True)
def nobody_stands_there() -> Iterator[None]:
    """Take the house's own guard away, so that each test asks the one it means."""
    standing = list(SALE_GUARDS)
    SALE_GUARDS.clear()
    yield
    SALE_GUARDS[:] = standing


@pytest.fixture
def guard(watch: Watch) -> SaleGuard:
    return SaleGuard(rooms=KnownRooms(watch))


@pytest.fixture
def lonely(watch: Watch) -> SaleGuard:
    """A guard whose Redis is gone."""
    return SaleGuard(
        line_of=lambda event_id: Line(event_id, redis=impatient(NOWHERE)), rooms=KnownRooms(watch)
    )


def a_pass(room: WaitingRoom, user: User, **other) -> Pass:
    """A pass that is good for a minute, but for what is `other`."""
    person = person_of_user(user.pk)
    good = Pass(room.event_id, person, room.epoch, serial=1, until=now_in_milliseconds() + 60_000)
    return replace(good, **other)


def attempt(room: WaitingRoom, user: User, admission: Pass | str | None = None) -> Attempt:
    text = sign_pass(admission) if isinstance(admission, Pass) else admission
    return Attempt("hold", room.event_id, user.pk, text)


def let_in(line: Line, user: User) -> None:
    line.join(person_of_user(user.pk))
    assert [one.person for one in line.tick().called] == [person_of_user(user.pk)]


def fails(what: Callable[[], None], how: type[Exception]) -> bool:
    try:
        what()
    except how:
        return True
    return False


def test_everybody_passes_where_there_is_no_room(guard, alice, room):
    guard(Attempt("hold", room.event_id + 1, alice.pk))


def test_everybody_passes_where_the_room_is_off_even_without_redis(lonely, alice):
    lonely(attempt(a_room(mode="off"), alice))


def test_a_room_is_asked_for_once_a_second_and_nothing_else_is(
    guard, alice, watch, django_assert_num_queries
):
    room = a_room(mode="off")

    with django_assert_num_queries(1):
        for _ in range(5):
            guard(attempt(room, alice))
    watch.now += 0.99
    with django_assert_num_queries(0):
        guard(attempt(room, alice))
    watch.now += 0.02
    with django_assert_num_queries(1):
        guard(attempt(room, alice))


def test_events_without_a_room_are_remembered_too(guard, alice, room, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(5):
            guard(Attempt("hold", room.event_id + 1, alice.pk))


def test_a_mode_that_an_operator_sets_is_heard_of_a_second_later(guard, alice, line, room, watch):
    WaitingRoom.objects.update(mode="off")
    guard(attempt(room, alice))

    WaitingRoom.objects.update(mode="on")

    guard(attempt(room, alice))
    watch.now += 1
    assert fails(lambda: guard(attempt(room, alice)), AdmissionRequired)


def test_a_process_remembers_so_many_rooms_and_no_more(db, watch):
    rooms = KnownRooms(watch)

    for event_id in range(1, MOST_KNOWN + 3):
        rooms.room_of(event_id)

    assert len(rooms._known) == 2


@pytest.mark.parametrize("mode", MODES)
def test_who_was_not_let_in_is_refused(guard, alice, line, room, mode):
    WaitingRoom.objects.update(mode=mode)

    with pytest.raises(AdmissionRequired) as refusal:
        guard(attempt(room, alice))

    assert (refusal.value.code, refusal.value.status) == ("admission_required", 403)


@pytest.mark.parametrize("mode", MODES)
def test_a_good_pass_admits(guard, alice, line, room, mode):
    WaitingRoom.objects.update(mode=mode)

    guard(attempt(room, alice, a_pass(room, alice)))


def test_who_waits_is_refused(guard, alice, line, room):
    line.join(person_of_user(alice.pk))

    assert fails(lambda: guard(attempt(room, alice)), AdmissionRequired)


def test_who_was_called_and_who_came_in_need_no_pass(guard, alice, line, room):
    let_in(line, alice)

    guard(attempt(room, alice))
    line.beat(person_of_user(alice.pk))
    guard(attempt(room, alice))


def bad_passes(room: WaitingRoom, alice: User) -> dict[str, str]:
    now = now_in_milliseconds()
    good = sign_pass(a_pass(room, alice))
    return {
        "expired": sign_pass(a_pass(room, alice, until=now - 1)),
        "of another event": sign_pass(a_pass(room, alice, event_id=room.event_id + 1)),
        "of another person": sign_pass(a_pass(room, alice, person="u0")),
        "of a guest": sign_pass(a_pass(room, alice, person="g" + "a" * 22)),
        "of another line": sign_pass(a_pass(room, alice, epoch=2)),
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "a place": sign_place(Place(room.event_id, person_of_user(alice.pk), 1, 1)),
        "nothing": "",
        "no text of ours": "\ud800자리\x00",
    }


BAD = [
    *("expired", "of another event", "of another person", "of a guest", "of another line"),
    *("forged", "a place", "nothing", "no text of ours"),
]


@pytest.mark.parametrize("which", BAD)
def test_a_bad_pass_admits_nobody(guard, alice, line, room, which):
    bad = bad_passes(room, alice)[which]

    assert fails(lambda: guard(attempt(room, alice, bad)), AdmissionRequired)


@pytest.mark.parametrize("which", BAD)
def test_a_bad_pass_does_not_keep_out_who_is_in(guard, alice, line, room, which):
    let_in(line, alice)

    guard(attempt(room, alice, bad_passes(room, alice)[which]))


def test_a_pass_that_was_taken_back_is_refused(guard, alice, line, room):
    admission = a_pass(room, alice)
    let_in(line, alice)
    guard(attempt(room, alice, admission))

    line.leave(person_of_user(alice.pk))

    assert fails(lambda: guard(attempt(room, alice, admission)), AdmissionRequired)


def test_a_cleared_line_makes_its_passes_worthless(guard, alice, line, room, watch):
    admission = a_pass(room, alice)
    WaitingRoom.objects.update(epoch=2)
    settings = Settings(version=2, mode=Mode.ON, threshold=1, rate=100)

    line.begin(epoch=2, before=100, reserved=200, settings=settings)

    assert fails(lambda: guard(attempt(room, alice, admission)), AdmissionRequired)


def test_without_redis_a_good_pass_admits(lonely, alice, room):
    lonely(attempt(room, alice, a_pass(room, alice)))


@pytest.mark.parametrize("which", [None, *BAD])
def test_without_redis_nobody_else_comes_in(lonely, alice, room, which):
    text = which and bad_passes(room, alice)[which]

    with pytest.raises(LineAway) as refusal:
        lonely(attempt(room, alice, text))

    assert (refusal.value.code, refusal.value.status) == ("line_away", 503)
    assert refusal.value.facts["retry_after"] > 0


def test_a_redis_that_is_gone_is_not_waited_for(lonely, alice, room):
    began = time.monotonic()

    for _ in range(10):
        lonely(attempt(room, alice, a_pass(room, alice)))

    assert time.monotonic() - began < 3


def test_a_line_that_redis_has_lost_admits_by_pass_alone(guard, alice, line, room):
    let_in(line, alice)
    guard(attempt(room, alice))

    line.forget()

    guard(attempt(room, alice, a_pass(room, alice)))
    assert fails(lambda: guard(attempt(room, alice)), AdmissionRequired)


def test_who_holds_may_pay_without_a_pass_and_without_redis(
    guard, lonely, alice, line, room, stalls
):
    a_hold(alice, {stalls: 1})

    for one in (guard, lonely):
        one(Attempt("confirm", room.event_id, alice.pk))


def test_who_holds_may_not_hold_more_by_that(guard, alice, line, room, stalls):
    a_hold(alice, {stalls: 1})

    assert fails(lambda: guard(attempt(room, alice)), AdmissionRequired)


def test_a_hold_that_is_over_or_not_theirs_pays_nothing(guard, alice, line, room, stalls):
    bob = a_user("bob")
    a_hold(bob, {stalls: 1})
    elsewhere = a_ticket_type(a_room(mode="off").event)
    a_hold(alice, {elsewhere: 1})
    ended = a_hold(alice, {stalls: 1})
    cancel_reservation(reservation_id=ended.id, user_id=alice.pk)

    trying = Attempt("confirm", room.event_id, alice.pk)

    assert fails(lambda: guard(trying), AdmissionRequired)
    guard(replace(trying, admission_pass=sign_pass(a_pass(room, alice))))


@pytest.fixture
def registered(guard: SaleGuard) -> None:
    SALE_GUARDS.append(guard)


@pytest.mark.django_db(transaction=True)
def test_the_sale_asks_it(registered, alice, line, stalls):
    assert fails(lambda: a_hold(alice, {stalls: 1}), AdmissionRequired)

    let_in(line, alice)
    hold = a_hold(alice, {stalls: 1})
    line.leave(person_of_user(alice.pk))

    assert fails(lambda: a_hold(alice, {stalls: 1}), AdmissionRequired)
    assert pay(alice, hold).status == "confirmed"


def test_where_an_automatic_door_is_open_wanting_to_buy_is_coming_in(guard, alice):
    room = a_room(mode="automatic", threshold=1)
    bob = a_user("bob")
    line = Line(room.event_id)

    guard(attempt(room, alice))
    refused = fails(lambda: guard(attempt(room, bob)), AdmissionRequired)

    assert refused
    assert line.look(person_of_user(alice.pk)).state == "entered"
    assert line.look(person_of_user(bob.pk)).state == "waiting"
