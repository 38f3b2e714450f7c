"""Choosing seats without script: plain forms, and a list that stays short."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD, a_seated_event, a_ticket_type, a_user, an_event
from ticketing.models import Event, Reservation, Seat
from ticketing.seating.samples import make_plain_hall, sample
from ticketing.services.choosing import Wish, change_selection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show(db: None) -> Event:
    return a_seated_event(make_plain_hall(14), limit=6)


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def alice(client: Client) -> User:
    user = a_user("alice")
    client.login(username="alice", password=PASSWORD)
    return user


def mine(user: User) -> list[int]:
    return sorted(
        Seat.objects.filter(reservation__user=user, state="h").values_list("number", flat=True)
    )


def test_a_list_shows_the_rows_of_the_section_that_is_open(client: Client):
    event = a_seated_event(sample("theatre"))

    closed = client.get(f"/events/{event.pk}/seats").content.decode()
    opened = client.get(f"/events/{event.pk}/seats?section=2F").content.decode()

    assert "data-number=" not in closed
    assert len(re.findall(r"data-number=", opened)) == 56
    assert "Balcony, row 1, seat 1, A석, ₩80,000, free" in opened


def test_a_very_large_section_comes_in_portions(client: Client):
    event = a_seated_event(make_plain_hall(2_000))

    first = client.get(f"/events/{event.pk}/seats?section=1F").content.decode()

    assert 300 < len(re.findall(r"data-number=", first)) <= 500
    assert re.search(r"section=1F&amp;row=\d+", first)


def test_a_pick_and_a_step_back(client: Client, show: Event, alice: User):
    address = f"/events/{show.pk}/seats"

    answer = client.post(f"{address}/change", {"pick": "1F-1-1", "section": "1F"})
    after = client.get(answer["Location"].partition("#")[0]).content.decode()
    client.post(f"{address}/change", {"pick": "1F-1-2"})
    client.post(f"{address}/change", {"drop": "1F-1-2"})

    assert answer["Location"] == f"{address}?section=1F#seat-list"
    assert 'data-state="mine"' in after
    assert "₩80,000" in after
    assert mine(alice) == [0]


def test_a_visitor_signs_in_and_comes_back_to_the_section(client: Client, show: Event):
    answer = client.post(f"/events/{show.pk}/seats/change", {"pick": "1F-1-1", "section": "1F"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/sign-in?next=/events/")
    assert "section%3D1F" in answer["Location"]


def test_a_refusal_offers_other_seats_as_buttons(client: Client, show: Event, alice: User):
    change_selection(Wish(user_id=a_user("bob").pk, event_id=show.pk, picks=["1F-1-1"]))

    answer = client.post(f"/events/{show.pk}/seats/change", {"pick": "1F-1-1"})
    page = answer.content.decode()
    offered = re.findall(r'name="take" value="([^"]+)"', page)
    client.post(f"/events/{show.pk}/seats/change", {"take": offered[0]})

    assert answer.status_code == 409
    assert "Somebody else was faster." in page
    assert len(offered) == 3
    assert f"/events/{show.pk}/seats" in page
    assert len(mine(alice)) == 1


def test_a_group_moves_over_together_so_that_nobody_is_left_alone(
    client: Client, show: Event, alice: User
):
    address = f"/events/{show.pk}/seats/change"
    others = [f"1F-1-{label}" for label in range(5, 11)]
    change_selection(Wish(user_id=a_user("bob").pk, event_id=show.pk, picks=others))
    client.post(address, {"pick": "1F-1-1"})

    page = client.post(address, {"pick": "1F-1-3"}).content.decode()
    forms = [
        {
            field: re.findall(rf'name="{field}" value="([^"]+)"', form)
            for field in ("take", "around")
        }
        for form in re.findall(r'<form method="post".*?</form>', page, re.DOTALL)
    ]
    [elsewhere] = [form for form in forms if form["take"] == ["1F-1-3", "1F-1-4"]]
    client.post(address, elsewhere)

    assert "single seat" in page
    assert mine(alice) == [2, 3]


def test_the_best_are_picked_at_a_press(client: Client, show: Event, alice: User):
    ticket_type = show.ticket_types.get()

    client.post(f"/events/{show.pk}/seats/best", {"ticket_type": ticket_type.pk, "quantity": "3"})

    assert len(mine(alice)) == 3


@pytest.mark.parametrize("quantity", ["", "0", "-1", "many", "99999", "²"])
def test_a_quantity_without_sense_is_refused(client: Client, show: Event, alice: User, quantity):
    ticket_type = show.ticket_types.get()

    answer = client.post(
        f"/events/{show.pk}/seats/best", {"ticket_type": ticket_type.pk, "quantity": quantity}
    )

    assert answer.status_code == 400
    assert mine(alice) == []


def test_those_who_stand_go_with_those_who_sit(client: Client, show: Event, alice: User):
    floor = a_ticket_type(show, name="Floor", capacity=10, price=30_000)
    address = f"/events/{show.pk}/seats"
    client.post(f"{address}/change", {"pick": "1F-1-1"})

    client.post(f"{address}/standing", {f"quantity-{floor.pk}": "2"})
    page = client.get(address).content.decode()

    reservation = Reservation.objects.get(user=alice)
    assert reservation.total == 140_000
    assert "Floor × 2" in page
    client.post(f"{address}/standing", {f"quantity-{floor.pk}": "0"})
    assert Reservation.objects.get(user=alice).total == 80_000


def test_more_time_is_had_once(client: Client, show: Event, alice: User):
    address = f"/events/{show.pk}/seats"
    client.post(f"{address}/change", {"pick": "1F-1-1"})
    before = client.get(address).content.decode()

    first, second = (client.post(f"{address}/prolong") for _ in range(2))
    after = client.get(address).content.decode()

    assert (first.status_code, second.status_code) == (302, 409)
    assert "More time" in before
    assert "More time" not in after


def test_a_type_with_seats_is_not_sold_by_quantity(client: Client, show: Event):
    page = client.get(f"/events/{show.pk}").content.decode()

    assert 'name="quantity-' not in page
    assert f'href="/events/{show.pk}/seats"' in page


@pytest.mark.parametrize("path", ["{}/seats", "999/seats"])
def test_without_numbered_seats_there_is_no_such_page(client: Client, path: str):
    assert client.get("/events/" + path.format(an_event().pk)).status_code == 404


def test_htmx_gets_the_parts_it_asks_for(client: Client, show: Event, alice: User):
    address = f"/events/{show.pk}/seats"
    htmx = {"HX-Request": "true"}

    listed = client.get(f"{address}?section=1F", headers={**htmx, "HX-Target": "seat-list"})
    changed = client.post(f"{address}/change", {"pick": "1F-1-1"}, headers=htmx)
    shown = client.get(f"{address}/selection", headers=htmx)

    assert listed.content.decode().lstrip().startswith('<ul class="seat-list"')
    assert changed["HX-Retarget"] == "#selection"
    assert 'data-mine="0"' in shown.content.decode()


def test_the_page_asks_as_often_however_many_seats_there_are(
    client: Client, alice: User, django_assert_max_num_queries
):
    event = a_seated_event(sample("arena"))
    client.get(f"/events/{event.pk}/seats")

    with django_assert_max_num_queries(14):
        client.get(f"/events/{event.pk}/seats?section=F1")
