"""Seats by REST: the map, one's selection, and seats in one go."""

import pytest
from django.test import Client

from accounts.models import User
from tests.api_client import Api
from tests.builders import a_seated_event, a_ticket_type, a_user, an_event
from ticketing.models import Event
from ticketing.seating.samples import make_plain_hall

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show(db: None) -> Event:
    return a_seated_event(make_plain_hall(14), limit=6)


@pytest.fixture
def alice(db: None) -> User:
    return a_user("alice")


@pytest.fixture
def ask(alice: User):
    """Ask as Alice; return status and JSON."""
    api = Api(alice)

    def send(method: str, path: str, body=None, **headers: str):
        answer = api.ask(method, path, body, **headers)
        return answer.status_code, answer.json() if answer.content else None

    return send


def test_the_map_says_a_letter_a_seat_and_counts_what_it_says(client: Client, show: Event, ask):
    ask("PUT", f"events/{show.pk}/selection/seats/1F-1-1")

    answer = client.get(f"/api/events/{show.pk}/seats")

    found = answer.json()
    assert found["states"] == "h" + 13 * "f"
    (category,) = found["categories"]
    assert [category[word] for word in ("free", "held", "sold", "blocked")] == [13, 1, 0, 0]
    again = client.get(f"/api/events/{show.pk}/seats", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_layout_may_be_kept_for_ever(client: Client, show: Event):
    url = client.get(f"/api/events/{show.pk}/seats").json()["layout_url"]

    answer = client.get(url)

    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.json()["labels"][:3] == ["1", "2", "3"]
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["events/{ga}/seats", "events/999/seats", "layouts/none"])
def test_where_there_are_no_seats_there_is_no_map(client: Client, show: Event, path: str):
    answer = client.get("/api/" + path.format(ga=an_event().pk))

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_put_and_delete_say_what_shall_be(ask, show: Event):
    seat = f"events/{show.pk}/selection/seats/1F-1-1"

    assert ask("GET", f"events/{show.pk}/selection")[1]["selection"] is None
    first, again = ask("PUT", seat), ask("PUT", seat)
    gone, still_gone = ask("DELETE", seat), ask("DELETE", seat)

    assert first[1]["selection"] == again[1]["selection"]
    assert first[1]["selection"]["seats"][0]["id"] == "1F-1-1"
    assert first[1]["selection"]["prolongable"] is True
    assert gone[1]["selection"] is None
    assert still_gone == (200, still_gone[1] | {"selection": None})


def test_standing_and_best_join_the_selection(ask, show: Event):
    standing = a_ticket_type(show, name="스탠딩", capacity=10)
    seated = show.ticket_types.exclude(category="").get()

    ask("PUT", f"events/{show.pk}/selection/items/{standing.pk}", {"quantity": 2})
    status, found = ask(
        "POST",
        f"events/{show.pk}/selection/best",
        {"ticket_type": str(seated.pk), "quantity": 2},
    )

    assert status == 200
    assert [item["quantity"] for item in found["selection"]["items"]] == [2, 2]
    assert len(found["selection"]["seats"]) == 2


def test_seats_in_one_go_and_the_same_key_gets_the_same_answer(ask, show: Event):
    body = {"event": str(show.pk), "seats": ["1F-1-1", "1F-1-2"]}

    first = ask("POST", "reservations", body, **{"Idempotency-Key": "a"})
    again = ask("POST", "reservations", body, **{"Idempotency-Key": "a"})
    other = ask("POST", "reservations", body | {"seats": ["1F-1-3"]}, **{"Idempotency-Key": "a"})

    assert (first[0], again[0]) == (201, 201)
    assert first[1]["id"] == again[1]["id"]
    assert (other[0], other[1]["code"]) == (422, "idempotency_mismatch")


def test_the_best_there_are_with_a_key(ask, show: Event):
    seated = str(show.ticket_types.get().pk)
    body = {"event": str(show.pk), "best_available": {"ticket_type": seated, "quantity": 4}}

    first = ask("POST", "reservations", body, **{"Idempotency-Key": "b"})
    again = ask("POST", "reservations", body, **{"Idempotency-Key": "b"})

    assert first[0] == 201
    assert [seat["id"] for seat in again[1]["seats"]] == [seat["id"] for seat in first[1]["seats"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"seats": []}, 400, None),
        ({"seats": "1F-1-1"}, 400, None),
        ({"seats": [7]}, 400, None),
        ({"seats": ["1F-9-9"]}, 404, "no_such_seat"),
        ({"seats": [f"1F-1-{n}" for n in range(1, 8)]}, 422, "limit_exceeded"),
        ({"seats": ["1F-1-2"]}, 409, "stranded_seat"),
        ({"best_available": []}, 400, None),
        ({"best_available": {"ticket_type": "0", "quantity": 1}}, 404, "no_such_ticket_type"),
        ({"best_available": {"ticket_type": "{kind}", "quantity": 0}}, 400, "invalid_quantity"),
        ({"best_available": {"ticket_type": "{kind}", "quantity": 12}}, 409, "no_seats_together"),
        ({"items": [{"ticket_type": "{kind}", "quantity": 1}]}, 404, "no_such_ticket_type"),
    ],
)
def test_bad_wishes_are_refused_and_change_nothing(ask, client, show: Event, body, status, code):
    kind = str(show.ticket_types.get().pk)
    for part in (*body.get("items", ()), body.get("best_available")):
        if isinstance(part, dict):
            part["ticket_type"] = part["ticket_type"].format(kind=kind)

    found = ask("POST", "reservations", {"event": str(show.pk), **body})

    assert found[0] == status
    assert code is None or found[1]["code"] == code
    assert client.get(f"/api/events/{show.pk}/seats").json()["states"] == 14 * "f"


def test_a_reservation_says_its_seats_and_its_tickets_where_they_are(ask, show: Event):
    _, made = ask("POST", "reservations", {"event": str(show.pk), "seats": ["1F-1-4", "1F-1-3"]})

    _, held = ask("GET", f"reservations/{made['id']}")
    payment = {"provider": "sandbox", "card": "4242424242424242"}
    status, paid = ask("POST", f"reservations/{made['id']}/confirm", {"payment": payment})

    assert status == 200
    assert held["seats"] == paid["seats"] == made["seats"]
    assert [seat["id"] for seat in held["seats"]] == ["1F-1-3", "1F-1-4"]
    assert [ticket["place"] for ticket in paid["tickets"]] == ["1층 1열 3번", "1층 1열 4번"]
    _, read = ask("GET", f"reservations/{made['id']}", Accept_Language="en")
    assert read["tickets"][0]["place"] == "Floor, row 1, seat 3"
    _, listed = ask("GET", "reservations")
    assert [row["seats"] for row in listed["results"]] == [held["seats"]]


def test_more_time_once(ask, show: Event):
    made = ask("PUT", f"events/{show.pk}/selection/seats/1F-1-1")[1]["selection"]

    longer = ask("POST", f"reservations/{made['id']}/prolong")
    again = ask("POST", f"reservations/{made['id']}/prolong")

    assert longer[1]["expires_at"] > made["expires_at"]
    assert (again[0], again[1]["code"]) == (409, "already_prolonged")
    assert ask("GET", f"events/{show.pk}/selection")[1]["selection"]["prolongable"] is False
