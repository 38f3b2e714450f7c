"""Proofs that are forged, over, borrowed or shown again by the API: they are worth nothing."""

import pytest

from queueing.guard import now_in_milliseconds
from queueing.jobs import tick
from queueing.passes import Pass, sign_pass
from queueing.people import new_guest, person_of_user, sign_guest
from queueing.places import Place, sign_place
from queueing.proofs import sign_facts
from queueing.services.steering import clear_line, remove_person
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import Asking, line_of, pass_time, program, refused
from tests.queueing.rooms import a_room
from ticketing.models import Reservation

pytestmark = pytest.mark.django_db(transaction=True)

SENSELESS = [
    "",
    "x",
    "\x00",
    "a\x00b",
    "7.u1.1.1.0:",
    ":",
    "…",
    "x" * 50_000,
    None,
    7,
    [],
    {},
    True,
]
REFUSED = (403, "admission_required")


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100, max_per_person=10)
    return event


@pytest.fixture
def room(event):
    """A room that lets one in at a time."""
    return a_room(event=event, threshold=1)


@pytest.fixture
def alice():
    return program(a_user("alice"))


@pytest.fixture
def bob():
    return program(a_user("bob"))


@pytest.fixture
def mallory():
    return program(a_user("mallory"))


def who(person: Asking) -> str:
    return person_of_user(person.user.pk)


def the_stalls(event):
    return event.ticket_types.get()


def lose(redis):
    """Have Redis forget everything."""
    redis.flushdb()


def let_in(event, person):
    """Have `person`, the next in line, come in; return the pass."""
    person.check(event)
    tick()
    turn = person.status(event)
    assert turn["state"] == "admitted"
    return turn["pass"]


def place_of(event, person, number, epoch=1, **more):
    return sign_place(Place(event.pk, who(person), number, epoch, **more))


def pass_of(event, person, *, epoch=1, seconds=60):
    until = now_in_milliseconds() + seconds * 1000
    return sign_pass(Pass(event.pk, who(person), epoch, serial=1, until=until))


def broken(text: str) -> list[str]:
    """Return `text` as somebody would change it who has no key."""
    facts, signature = text.split(":")
    event, person, number, epoch, early = facts.split(".")
    return [
        f"{event}.{person}.1.{epoch}.{early}:{signature}",
        f"{event}.{person}.{number}.{epoch}.1:{signature}",
        f"{facts}:{signature[:-1]}",
        f"{facts}:{signature[::-1]}",
        f"{facts}:",
        facts,
        f" {text}",
        f"{text}\n",
        f"{text}:{signature}",
        text.upper(),
    ]


# After a loss a place comes back by its proof, and by nothing else


def test_the_proof_of_ones_own_place_brings_it_back(event, room, redis, alice, bob):
    places = [person.check(event)["place"] for person in (alice, bob)]
    lose(redis)

    later = bob.check(event, place=places[1])
    first = alice.check(event, place=places[0])

    assert (first["number"], later["number"]) == (1, 2)
    assert bob.status(event)["position"] == 1
    assert first["reason"] == "recovering"


def test_forged_places_bring_nobody_forward(event, room, redis, alice, mallory):
    alice.check(event)
    mine = mallory.check(event)["place"]
    lose(redis)
    other = an_event()
    a_room(event=other)

    forged = [
        *broken(mine),
        *SENSELESS,
        place_of(event, alice, 1),
        place_of(event, mallory, 1, epoch=2),
        place_of(event, mallory, 1, epoch=0),
        place_of(other, mallory, 1),
        sign_guest(who(mallory)),
        pass_of(event, alice),
        sign_facts(event.pk, who(mallory), 1, 1, 0, salt="queueing.pass"),
        sign_facts(event.pk, who(mallory), 1, 1, salt="queueing.place"),
        sign_facts(event.pk, who(mallory), "one", 1, 0, salt="queueing.place"),
        place_of(event, mallory, 10**6),  # a number that nobody was given yet
    ]
    turns = [mallory.check(event, place=place) for place in forged]

    assert {turn["number"] for turn in turns} == {turns[0]["number"]}
    assert turns[0]["number"] > 2
    assert {turn["state"] for turn in turns} == {"waiting"}
    assert len(line_of(event)["line"]) == 1


def test_a_place_behind_the_own_one_changes_nothing(event, room, redis, alice, mallory):
    early = alice.check(event)["place"]
    lose(redis)
    alice.check(event, place=early)
    before = line_of(event)

    turn = alice.check(event, place=place_of(event, alice, 5))

    assert turn["number"] == 1
    assert line_of(event) == before


def test_while_nothing_is_lost_no_proof_moves_anybody(event, room, alice, mallory):
    for person in (alice, mallory):
        person.check(event)
    before = line_of(event)

    for place in (
        place_of(event, mallory, 1),
        place_of(event, alice, 1),
        place_of(event, mallory, 9),
    ):
        assert mallory.check(event, place=place)["number"] == 2

    assert line_of(event) == before


@pytest.mark.parametrize("way", ["left", "was removed", "was called", "went silent"])
def test_a_place_that_is_over_cannot_be_shown_again(event, room, redis, alice, bob, way):
    first, second = alice.check(event), bob.check(event)
    lose(redis)
    alice.check(event, place=first["place"])
    bob.check(event, place=second["place"])
    _end_place(event, room, bob, way, alice)
    pass_time(event, 600)
    tick()

    turn = bob.check(event, place=second["place"])

    assert turn["number"] > second["number"]


def _end_place(event, room, person, way, other):
    if way == "left":
        person.leave(event)
    elif way == "was removed":
        remove_person(room_id=room.pk, person=who(person), by=other.user.pk)
    elif way == "went silent":
        pass_time(event, 901)
        tick()
    else:
        other.leave(event)
        pass_time(event, 31)
        tick()
        assert person.status(event)["state"] == "admitted"
        pass_time(event, 121)
        tick()


def test_who_leaves_before_coming_back_has_left(event, room, redis, alice, bob):
    place = alice.check(event)["place"]
    lose(redis)
    bob.check(event)

    browser = Asking(alice.user)
    browser.client.cookies[f"place-{event.pk}"] = place
    browser.leave(event)
    pass_time(event, 600)
    tick()

    assert alice.check(event, place=place)["number"] > 1


def test_places_of_a_line_that_was_cleared_are_void(event, room, alice, bob):
    alice.check(event)
    place = bob.check(event)["place"]
    clear_line(room_id=room.pk, by=alice.user.pk)

    turn = bob.check(event, place=place)
    later = alice.check(event)

    assert turn["number"] > 2
    assert (turn["position"], later["position"]) == (0, 1)


# Passes


def test_forged_passes_let_nobody_in(event, room, alice, mallory):
    theirs = let_in(event, alice)
    mallory.check(event)
    other = an_event()
    before = line_of(event)
    facts, signature = pass_of(event, mallory).split(":")
    forged = [
        theirs,
        pass_of(event, mallory, seconds=-1),
        pass_of(event, mallory, seconds=0),
        pass_of(event, mallory, epoch=2),
        pass_of(other, mallory),
        place_of(event, mallory, 1),
        sign_guest(who(mallory)),
        sign_facts(event.pk, who(mallory), 1, 1, 9**15, salt="queueing.place"),
        f"{facts}:{signature[::-1]}",
        f"{facts[:-1]}9:{signature}",
        *SENSELESS,
    ]

    for admission in forged:
        assert mallory.check(event, **{"pass": admission})["state"] == "waiting"
        if isinstance(admission, str) and admission.isascii() and admission.isprintable():
            assert mallory.status(event, Admission_Pass=admission)["state"] == "waiting"
            hold = mallory.hold(the_stalls(event), Admission_Pass=admission)
            assert refused(hold) == REFUSED

    assert line_of(event) == before
    assert not Reservation.objects.exists()


def test_a_pass_admits_its_person_again_after_a_loss(event, room, redis, alice, bob):
    mine = let_in(event, alice)
    lose(redis)

    assert alice.hold(the_stalls(event), Admission_Pass=mine).status_code == 201
    turn = alice.check(event, **{"pass": mine})
    shared = bob.check(event, **{"pass": mine})

    assert (turn["state"], turn["active"]) == ("admitted", 1)
    assert (shared["state"], shared["active"]) == ("waiting", 1)
    assert refused(bob.hold(the_stalls(event), Admission_Pass=mine)) == REFUSED


@pytest.mark.parametrize("way", ["left", "was removed", "bought", "idled", "was cleared away"])
def test_a_pass_that_is_over_cannot_be_shown_again(event, room, alice, bob, way):
    mine = let_in(event, alice)
    _end_admission(event, room, alice, way, bob)
    before = line_of(event)

    asked = alice.status(event, Admission_Pass=mine)

    assert (asked["state"], asked["joined"]) == ("waiting", False)
    assert refused(alice.hold(the_stalls(event), Admission_Pass=mine)) == REFUSED
    assert line_of(event) == before
    assert alice.check(event, **{"pass": mine})["state"] == "waiting"


def _end_admission(event, room, person, way, other):
    if way == "left":
        person.leave(event)
    elif way == "was removed":
        remove_person(room_id=room.pk, person=who(person), by=other.user.pk)
    elif way == "bought":
        assert person.pay(person.hold(the_stalls(event))).status_code == 200
    elif way == "idled":
        pass_time(event, 121)
        tick()
    else:
        clear_line(room_id=room.pk, by=other.user.pk)
        other.check(event)


def test_a_new_admission_is_good_after_an_old_one_was_taken_back(event, room, alice):
    old = let_in(event, alice)
    alice.leave(event)

    new = let_in(event, alice)

    assert new != old
    assert alice.hold(the_stalls(event), Admission_Pass=new).status_code == 201


def test_the_pass_is_asked_for_by_confirm_as_well(event, room, alice, bob):
    """A hold is enough, but one that is over is none."""
    let_in(event, alice)
    held = alice.hold(the_stalls(event))
    alice.cancel(held)

    answer = alice.pay(held, Admission_Pass=pass_of(event, bob))

    assert answer.status_code in {403, 409}
    assert Reservation.objects.get().status == "cancelled"


# Guests


def test_a_forged_guest_is_a_stranger(event, room):
    guest = Asking()
    guest.check(event)
    real = guest.client.cookies["guest"].value
    key, signature = real.split(":")
    forged = [
        f"{key[:-1]}{'A' if key[-1] != 'A' else 'B'}:{signature}",
        f"{key}:{signature[::-1]}",
        key,
        f"u1:{signature}",
        sign_guest("u1"),
        sign_guest("g" + "a" * 21),
        sign_facts(key, salt="queueing.place"),
        sign_facts(new_guest(), "more", salt="queueing.guest"),
        "x" * 4000,
    ]
    before = line_of(event)

    for cookie in forged:
        stranger = Asking()
        stranger.client.cookies["guest"] = cookie
        turn = stranger.status(event)
        assert (turn["joined"], turn["number"]) == (False, None)
        assert stranger.client.cookies["guest"].value == cookie
    assert line_of(event) == before

    numbers = []
    for cookie in forged:
        stranger = Asking()
        stranger.client.cookies["guest"] = cookie
        numbers.append(stranger.check(event)["number"])
        assert stranger.client.cookies["guest"].value not in {cookie, real}
    assert numbers == list(range(2, 2 + len(forged)))


def test_a_stolen_place_is_no_good_without_its_guest(event, room, redis):
    victim, thief = Asking(), Asking()
    place = victim.check(event)["place"]
    thief.check(event)
    lose(redis)

    assert thief.check(event, place=place)["number"] > 2
    assert victim.check(event)["number"] == 1


def test_a_guests_pass_buys_nothing(event, room, alice):
    guest = Asking()
    guest.check(event)
    tick()
    admission = guest.status(event)["pass"]

    assert refused(guest.hold(the_stalls(event), Admission_Pass=admission))[0] == 401
    assert refused(alice.hold(the_stalls(event), Admission_Pass=admission)) == REFUSED
