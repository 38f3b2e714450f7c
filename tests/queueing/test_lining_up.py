"""Joining, asking, leaving: by the API as people and programs do."""

import pytest
from django.test import Client

from queueing.jobs import tick
from tests.api_client import Api, wish
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.rooms import a_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event():
    event = an_event()
    a_ticket_type(event, capacity=100)
    return event


def check(api, event, **body):
    return api.post(f"queue/check/{event.pk}", body).json()


def status(api, event):
    return api.get(f"queue/status/{event.pk}").json()


def test_without_a_waiting_room_the_door_is_open(event):
    turn = check(Api(), event)

    assert (turn["state"], turn["joined"], turn["pass"]) == ("open", False, None)


def test_who_joins_is_let_in_by_the_tick_and_may_buy(event):
    a_room(event=event, threshold=1)
    alice, bob = Api(a_user("alice")), Api(a_user("bob"))

    first, second = check(alice, event), check(bob, event)
    tick()
    after = status(alice, event), status(bob, event)

    assert [first["state"], second["state"]] == ["waiting", "waiting"]
    assert [first["number"], second["number"]] == [1, 2]
    assert [first["position"], second["position"]] == [0, 1]
    assert [one["state"] for one in after] == ["admitted", "waiting"]
    assert after[0]["pass"]
    assert after[1]["position"] == 0
    ticket_type = event.ticket_types.get()
    assert alice.post("reservations", wish(ticket_type)).status_code == 201
    refused = bob.post("reservations", wish(ticket_type))
    assert (refused.status_code, refused.json()["code"]) == (403, "admission_required")


def test_a_guest_keeps_the_place_by_a_cookie(event):
    a_room(event=event)
    browser = Client()

    first = browser.post(f"/api/queue/check/{event.pk}", content_type="application/json").json()
    again = browser.post(f"/api/queue/check/{event.pk}", content_type="application/json").json()
    other = Client().post(f"/api/queue/check/{event.pk}", content_type="application/json").json()

    assert (first["number"], again["number"], other["number"]) == (1, 1, 2)
