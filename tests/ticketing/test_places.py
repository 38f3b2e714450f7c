"""Where one's seats are: in few words, in one's own language, wherever a reservation is shown."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests.builders import PASSWORD, a_seated_event, a_ticket_type, a_user, pay
from ticketing.models import Event
from ticketing.seating.naming import local_name, name_seats
from ticketing.seating.samples import make_plain_hall, sample
from ticketing.selections import Selection
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.sending import send_tickets

PICKS = ["1F-A-3", "1F-A-4", "1F-A-5", "2F-1-1"]


@pytest.fixture
def show(db: None) -> Event:
    return a_seated_event(sample("theatre"))


@pytest.fixture
def alice(client: Client, db: None) -> User:
    user = a_user("alice", email="alice@example.com")
    client.login(username="alice", password=PASSWORD)
    return user


@pytest.fixture
def held(alice: User, show: Event) -> Selection:
    made = change_selection(Wish(user_id=alice.pk, event_id=show.pk, picks=PICKS))
    assert made is not None
    return made


def read(client: Client, address: str, language: str) -> str:
    client.cookies["django_language"] = language
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("en", ["Stalls, row A, seats 3–5, 8", "Balcony, row 1, seat 1"]),
        ("ko", ["1층 A열 3–5, 8번", "2층 1열 1번"]),
    ],
)
def test_seats_of_a_row_are_named_in_one_breath(language: str, places: list[str]):
    plan = sample("theatre")
    numbers = [plan.number_of(key) for key in ("2F-1-1", "1F-A-8", *PICKS[:3])]

    with translation.override(language):
        assert name_seats(plan, numbers) == places


@pytest.mark.parametrize(
    ("name", "korean", "english"),
    [
        ("1층 B구역 / Stalls B", "1층 B구역", "Stalls B"),
        ("Balcony / 2층", "2층", "Balcony"),
        ("1층 B구역", "1층 B구역", "1층 B구역"),
        ("A / B", "A / B", "A / B"),
        ("가 / 나 / Both", "가 / 나 / Both", "가 / 나 / Both"),
    ],
)
def test_a_name_in_two_languages_is_read_in_one(name: str, korean: str, english: str):
    with translation.override("ko"):
        assert local_name(name) == korean
    with translation.override("en"):
        assert local_name(name) == english


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "places"),
    [("en", "Stalls, row A, seats 3–5"), ("ko", "1층 A열 3–5번")],
)
def test_a_reservation_says_where_its_seats_are(client, held, language, places):
    one = read(client, f"/reservations/{held.id}", language)
    all_of_them = read(client, "/reservations", language)

    assert places in one
    assert places in all_of_them


@pytest.mark.django_db(transaction=True)
def test_each_ticket_and_the_mail_say_where_one_sits(client, alice, show, held):
    floor = a_ticket_type(show, name="스탠딩 / Standing", capacity=10)
    change_selection(Wish(user_id=alice.pk, event_id=show.pk, standing={floor.pk: 1}))
    User.objects.filter(pk=alice.pk).update(language="en")

    pay(alice, held, card="4242424242424242")
    page = read(client, f"/reservations/{held.id}/tickets", "en")
    send_tickets(reservation_id=held.id, again=True)

    assert page.count("Stalls, row A, seat ") == 3
    assert page.count("Balcony, row 1, seat 1<") == 1
    assert page.count('class="ticket-place"') == 4
    body = mail.outbox[-1].body
    assert "Stalls, row A, seat 4 · " in body
    assert "Standing · " in body
    assert "1층" not in body


@pytest.mark.django_db(transaction=True)
def test_many_reservations_are_named_in_as_many_queries_as_few(
    client, alice, show, held, django_assert_max_num_queries
):
    other = a_seated_event(make_plain_hall(40))
    for label in range(1, 6):
        wish = Wish(user_id=alice.pk, event_id=other.pk, picks=[f"1F-1-{label}"], anew=True)
        change_selection(wish)
    read(client, "/reservations", "en")

    with django_assert_max_num_queries(6):
        page = read(client, "/reservations", "en")

    assert page.count("Floor, row 1, seat ") == 5
