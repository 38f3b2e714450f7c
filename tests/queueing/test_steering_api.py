"""Operators steer lines by REST; nobody else does."""

import pytest

from queueing.jobs import tick
from queueing.models import RecordEntry, WaitingRoom
from queueing.verifying import verify
from tests.api_client import Api
from tests.builders import a_ticket_type, a_user, an_event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    return event


@pytest.fixture
def operator():
    return Api(a_user("operator", is_staff=True, is_superuser=True))


@pytest.fixture
def room(operator, event):
    said = operator.ask("PATCH", f"queue/rooms/{event.pk}", {"mode": "on", "threshold": 1})
    assert said.status_code == 200, said.content
    return f"queue/rooms/{event.pk}"


def join(event, *names):
    people = [Api(a_user(name)) for name in names]
    for one in people:
        assert one.post(f"queue/check/{event.pk}").status_code == 200
    return people


def test_an_operator_makes_and_changes_a_room(operator, event, room):
    changed = operator.ask("PATCH", room, {"mode": "paused", "message": "잠시 쉽니다"}).json()

    assert changed["settings"]["mode"] == changed["line"]["mode"] == "paused"
    assert changed["settings"]["threshold"] == 1
    assert Api().get(f"events/{event.pk}").json()["waiting_room"]["mode"] == "paused"
    assert operator.get(room).json() == changed
    kinds = list(RecordEntry.objects.order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["begun", "configured", "configured"]


def test_an_operator_lets_in_removes_and_clears(operator, event, room):
    alice, bob, carol = join(event, "alice", "bob", "carol")

    admitted = operator.post(f"{room}/admit", {"quantity": 2}).json()
    by_name = operator.post(f"{room}/remove", {"username": "alice"})
    by_number = operator.post(f"{room}/remove", {"number": 3})
    states = [one.get(f"queue/status/{event.pk}").json() for one in (alice, bob, carol)]
    epoch = operator.get(room).json()["epoch"]
    cleared = operator.post(f"{room}/clear", {"epoch": epoch})
    again = operator.post(f"{room}/clear", {"epoch": epoch})

    assert admitted == {"admitted": 2}
    assert (by_name.status_code, by_number.status_code) == (200, 200)
    assert [one["joined"] for one in states] == [False, True, False]
    assert states[1]["state"] == "admitted"
    assert cleared.json()["epoch"] == epoch + 1
    assert (again.status_code, again.json()["code"]) == (409, "already_cleared")
    assert bob.get(f"queue/status/{event.pk}").json()["joined"] is False
    tick()
    assert verify(WaitingRoom.objects.get()) is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {"mode": "sideways"}, 400),
        ("", {"threshold": 0}, 400),
        ("", {"grace_seconds": 3600, "grace_signed_in_seconds": 30}, 422),
        ("", [], 400),
        ("/admit", {"quantity": 0}, 400),
        ("/admit", {"quantity": "many"}, 400),
        ("/remove", {}, 404),
        ("/remove", {"username": "nobody\0"}, 400),
        ("/remove", {"number": 17}, 404),
        ("/clear", {"epoch": "now"}, 400),
    ],
)
def test_what_makes_no_sense_changes_nothing(operator, event, room, path, body, status):
    before = operator.get(room).json()

    said = operator.ask("POST" if path else "PATCH", room + path, body)

    assert said.status_code == status, said.content
    assert operator.get(room).json() == before


def test_rooms_of_nothing_are_not_there(operator, event):
    assert operator.get(f"queue/rooms/{event.pk}").json()["code"] == "no_such_room"
    assert operator.ask("PATCH", "queue/rooms/999999", {"mode": "on"}).status_code == 404
    assert operator.ask("PATCH", "queue/rooms/sideways", {"mode": "on"}).status_code == 404


@pytest.mark.parametrize("who", ["nobody", "buyer", "staff"])
def test_nobody_else_steers(who, operator, event, room):
    api = Api() if who == "nobody" else Api(a_user(who, is_staff=who == "staff"))
    before = operator.get(room).json()

    answers = [
        api.get(room),
        api.ask("PATCH", room, {"mode": "off"}),
        *(api.post(f"{room}/{act}", {"quantity": 1}) for act in ("admit", "remove", "clear")),
    ]

    assert {one.status_code for one in answers} == {401 if who == "nobody" else 403}
    assert operator.get(room).json() == before
