"""Operators give events their hall, and keep seats from being sold."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.builders import a_seated_event, a_ticket_type, a_user, an_event, let_expire, pay
from ticketing.models import Event, Hall, Reservation, Seat, TicketType
from ticketing.seat_claims import read_states
from ticketing.seating.samples import make_plain_hall, sample
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.ending import cancel_reservation
from ticketing.services.seating import keep_layout

pytestmark = pytest.mark.django_db(transaction=True)

ROW = [f"1F-1-{label}" for label in range(1, 11)]


@pytest.fixture
def operator(db: None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user("operator", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def show(db: None) -> Event:
    return a_seated_event(make_plain_hall(14))


def home(event: Event, page: str = "house-seats/") -> str:
    return f"/admin/ticketing/event/{event.pk}/{page}"


def post(operator: Client, event: Event, act: str, *seats: str, reason: str = "Press"):
    form = {"seats": " ".join(seats), "reason": reason, act: "1"}
    return operator.post(home(event), form)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def pick(user: User, event: Event, *seats: str):
    return change_selection(Wish(user.pk, event.pk, picks=seats))


def test_what_is_blocked_is_no_longer_sold_and_says_why(operator: Client, show: Event) -> None:
    answer = post(operator, show, "block", *ROW[:2])

    assert answer.status_code == 302
    assert read_states(show.pk) == "bb" + 12 * "f"
    assert show.ticket_types.get().available == 12
    page = operator.get(home(show)).context
    assert [(one["reason"], one["count"]) for one in page["blocked"]] == [("Press", 2)]


def test_rows_and_sections_are_named_whole(operator: Client, show: Event) -> None:
    post(operator, show, "block", "1F-1")
    blocked = read_states(show.pk)
    post(operator, show, "unblock", "1F")

    assert blocked == 14 * "b"
    assert read_states(show.pk) == 14 * "f"
    assert show.ticket_types.get().available == 14


def test_who_and_when_is_kept(operator: Client, show: Event) -> None:
    post(operator, show, "block", *ROW[:2])
    post(operator, show, "unblock", *ROW[:2])

    entries = LogEntry.objects.filter(object_id=str(show.pk)).order_by("action_time")
    assert [entry.user.username for entry in entries] == ["operator"] * 2
    assert "Press" in entries[0].change_message
    assert entries[1].action_time <= timezone.now()
    assert "operator" in operator.get(home(show)).content.decode()


@pytest.mark.parametrize("sold", [False, True])
def test_held_and_sold_seats_are_refused_by_name(
    operator: Client, alice: User, show: Event, sold: bool
) -> None:
    hold = pick(alice, show, *ROW[:2])
    if sold:
        pay(alice, hold)
    before = read_states(show.pk)

    answer = post(operator, show, "block", *ROW[:4])

    assert answer.status_code == 200
    assert len(said(answer)) == 1
    assert "seats 1–2" in said(answer)[0]
    assert answer.context["seats"] == " ".join(ROW[:4])
    assert read_states(show.pk) == before
    assert not LogEntry.objects.filter(object_id=str(show.pk)).exists()


def test_a_hold_that_is_over_is_in_nobodys_way(operator: Client, alice: User, show: Event) -> None:
    let_expire(pick(alice, show, *ROW[:2]))

    assert post(operator, show, "block", *ROW[:2]).status_code == 302

    assert read_states(show.pk)[:2] == "bb"


def test_what_is_so_already_is_left_as_it_is(operator: Client, show: Event) -> None:
    post(operator, show, "block", *ROW[:2], reason="Press")
    post(operator, show, "block", *ROW[:4], reason="Artist")
    post(operator, show, "unblock", "1F")
    again = post(operator, show, "unblock", "1F")

    assert again.status_code == 302
    assert read_states(show.pk) == 14 * "f"


def test_reasons_are_kept_apart(operator: Client, show: Event) -> None:
    post(operator, show, "block", *ROW[:2], reason="Press")
    post(operator, show, "block", *ROW[2:4], reason="Artist")

    groups = operator.get(home(show)).context["blocked"]

    assert [(one["reason"], one["keys"].split()) for one in groups] == [
        ("Artist", ROW[2:4]),
        ("Press", ROW[:2]),
    ]


@pytest.mark.parametrize(("allowed", "warned"), [(False, True), (True, False)])
def test_a_seat_left_alone_is_a_warning_and_no_refusal(
    operator: Client, show: Event, allowed: bool, warned: bool
) -> None:
    Event.objects.filter(pk=show.pk).update(allows_lonely_seats=allowed)

    answer = post(operator, show, "block", ROW[1])

    assert answer.status_code == 302
    assert read_states(show.pk)[:3] == "fbf"
    assert any("Left alone" in words and "seat 1" in words for words in said(answer)) == warned


@pytest.mark.parametrize("seats", ["", "9F", "1F-1-99", "1F-1-1 nonsense", "'; DROP TABLE"])
def test_names_of_nothing_change_nothing(operator: Client, show: Event, seats: str) -> None:
    answer = post(operator, show, "block", seats)

    assert answer.status_code == 200
    assert len(said(answer)) == 1
    assert read_states(show.pk) == 14 * "f"


def test_an_event_without_seats_has_no_such_page(operator: Client, concert: Event) -> None:
    assert operator.get(home(concert)).status_code == 404
    assert operator.get(home(concert, "house-seats/map/")).status_code == 404


def test_drafts_have_a_map_for_operators(operator: Client, show: Event) -> None:
    Event.objects.filter(pk=show.pk).update(published=False)

    body = operator.get(home(show, "house-seats/map/")).json()

    assert body["states"] == 14 * "f"
    assert body["drawing"]["sections"][0]["key"] == "1F"


# The hall of an event


def prices(of, **changes):
    form = {"layout": of.pk, "make": "1"}
    for index in range(len(of.document["categories"])):
        form[f"category-{index}-name"] = f"Grade {index}"
        form[f"category-{index}-price"] = 1000 * (index + 1)
    return {**form, **changes}


@pytest.fixture
def layout(db: None):
    return keep_layout(hall=Hall.objects.create(name="소극장"), plan=sample("theatre"))


def test_an_event_gets_a_hall_and_its_prices(operator: Client, concert: Event, layout) -> None:
    shown = operator.get(f"{home(concert, 'layout/')}?layout={layout.pk}")
    answer = operator.post(home(concert, "layout/"), prices(layout))

    lines = shown.context["lines"]
    assert [line[0].key for line in lines] == ["R", "S", "A"]
    assert sum(line[2] for line in lines) == 265
    assert answer.status_code == 302
    concert.refresh_from_db()
    assert (concert.layout_id, concert.seats.count()) == (layout.pk, 265)
    types = concert.ticket_types.order_by("position")
    assert [(one.name, one.price) for one in types] == [
        ("Grade 0", 1000),
        ("Grade 1", 2000),
        ("Grade 2", 3000),
    ]
    assert LogEntry.objects.filter(object_id=str(concert.pk)).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"category-0-name": ""},
        {"category-0-price": "-1"},
        {"category-0-price": "99999999999"},
        {"category-0-name": "Grade 1"},
        {"category-0-name": "Standing"},
        {"category-0-max_per_person": "0"},
        {"layout": "0"},
    ],
)
def test_prices_that_make_no_sense_are_refused_in_the_form(
    operator: Client, concert: Event, layout, changes
) -> None:
    a_ticket_type(concert, name="Standing")

    answer = operator.post(home(concert, "layout/"), prices(layout, **changes))

    assert answer.status_code == 200
    assert not Seat.objects.exists()


def test_the_hall_stays_once_a_seat_was_reserved(
    operator: Client, alice: User, show: Event, layout
) -> None:
    hold = pick(alice, show, ROW[0])
    before = show.layout_id

    answer = operator.post(home(show, "layout/"), prices(layout))
    cancel_reservation(reservation_id=hold.id, user_id=alice.pk)
    later = operator.post(home(show, "layout/"), prices(layout))

    assert (answer.status_code, later.status_code) == (200, 200)
    assert "can no longer change" in said(answer)[0]
    assert Event.objects.get(pk=show.pk).layout_id == before


def test_nobody_having_reserved_the_hall_can_be_another(operator, show: Event, layout) -> None:
    assert operator.post(home(show, "layout/"), prices(layout)).status_code == 302

    assert Event.objects.get(pk=show.pk).layout_id == layout.pk
    assert show.seats.count() == 265


# The form of an event


def form_of(event: Event, **changes) -> dict:
    row = event.ticket_types.get()
    moments = {
        f"{name}_{part}": value
        for name in ("starts_at", "ends_at", "sale_starts_at", "sale_ends_at")
        for part, value in enumerate(f"{getattr(event, name):%Y-%m-%d %H:%M:%S}".split())
    }
    types = {"id": row.pk, "event": event.pk, "name": "New name", "price": 5, "position": 0}
    return {
        "title": event.title,
        "venue": event.venue,
        "currency": "KRW",
        "hold_minutes": 5,
        **moments,
        "published": "on",
        "ticket_types-TOTAL_FORMS": 1,
        "ticket_types-INITIAL_FORMS": 1,
        **{f"ticket_types-0-{name}": value for name, value in {**types, **changes}.items()},
    }


@pytest.mark.parametrize("changes", [{"capacity": 500}, {"capacity": 1}, {"DELETE": "on"}])
def test_the_form_of_an_event_leaves_its_seats_alone(
    operator: Client, show: Event, changes: dict
) -> None:
    """A ticket type with seats has as many as there are."""
    post(operator, show, "block", *ROW[:2])

    answer = operator.post(home(show, "change/"), form_of(show, **changes))

    assert answer.status_code == 302
    row = TicketType.objects.get()
    assert (row.name, row.capacity) == ("New name", 12)
    assert show.seats.count() == 14


def test_the_switch_for_lonely_seats_is_in_the_form(operator: Client, show: Event) -> None:
    operator.post(home(show, "change/"), {**form_of(show), "allows_lonely_seats": "on"})

    assert Event.objects.get().allows_lonely_seats


# Who may


@pytest.mark.parametrize("right", ["view_event", "change_hall"])
@pytest.mark.parametrize("page", ["house-seats/", "house-seats/map/", "layout/"])
def test_staff_without_the_right_are_refused(show: Event, right: str, page: str) -> None:
    user = a_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename=right))
    client = Client()
    client.force_login(user)

    assert client.get(home(show, page)).status_code == 403
    assert client.post(home(show, page), {"seats": "1F", "block": "1"}).status_code == 403
    assert read_states(show.pk) == 14 * "f"


def test_nothing_is_taken_without_the_token(show: Event) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_user("boss", is_staff=True, is_superuser=True))

    assert post(client, show, "block", "1F").status_code == 403
    assert read_states(show.pk) == 14 * "f"


def test_the_pages_of_a_large_event_cost_few_queries(
    operator: Client, django_assert_max_num_queries
) -> None:
    event = a_seated_event(sample("concert"), title="Large")
    post(operator, event, "block", "1F")
    operator.get(home(event))

    with django_assert_max_num_queries(8):
        assert operator.get(home(event)).status_code == 200


def test_another_event_is_left_alone(operator: Client, show: Event) -> None:
    other = an_event(title="Another")
    a_ticket_type(other)

    post(operator, show, "block", "1F")

    assert other.ticket_types.get().capacity == 3
    assert not Reservation.objects.exists()
