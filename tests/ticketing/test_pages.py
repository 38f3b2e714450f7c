"""The pages, over HTTP: what they show, what they lead to, how they say no."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import (
    PASSWORD,
    a_hold,
    a_ticket_type,
    an_event,
    let_expire,
)
from ticketing import live
from ticketing.models import Event, Reservation

HTMX = {"HX-Request": "true"}


@pytest.fixture
def visitor():
    return Client(headers={"Accept-Language": "en"})


def text(response):
    return response.content.decode()


def hold_on_page(client, event, *, headers=None, **quantities):
    sent = {name.replace("_", "-"): number for name, number in quantities.items()}
    return client.post(reverse("ticketing:hold", args=[event.pk]), sent, headers=headers)


def test_the_list_shows_what_can_be_bought_first(visitor, concert, stalls):
    past = an_event(
        title="지난 공연", title_en="", sale_ends_at=timezone.now() - timedelta(minutes=5)
    )

    page = text(visitor.get("/"))

    assert page.index("Autumn Night") < page.index(past.title)
    assert "₩99,000" in page


@pytest.mark.parametrize("words", ["가을", "AUTUMN", "올림픽 autumn", "seats"])
def test_search_speaks_korean_and_english(visitor, concert, words):
    an_event(title="다른 공연", title_en="Something Else", artist="", venue="")

    page = text(visitor.get("/", {"search": words}))

    assert "Autumn Night" in page
    assert "Something Else" not in page


def test_search_that_finds_nothing_says_so(visitor, concert):
    page = text(visitor.get("/", {"search": "zebra", "status": "nonsense"}))

    assert "No event matches “zebra”" in page


def test_the_status_filter_follows_the_clock(visitor, concert, stalls):
    later = timezone.now() + timedelta(hours=1)
    an_event(title="내일의 공연", title_en="Tomorrow", sale_starts_at=later, status="on_sale")

    page = text(visitor.get("/", {"status": "upcoming"}))

    assert "Tomorrow" in page
    assert "Autumn Night" not in page


def test_the_list_is_read_in_pages_without_gap_or_repetition(visitor, db):
    same = timezone.now() + timedelta(days=3)
    names = {an_event(title=f"공연 {n:02}", title_en="", starts_at=same).title for n in range(30)}

    seen, address = [], "/"
    while address and len(seen) <= len(names):
        page = text(visitor.get(address, headers=HTMX))
        seen += re.findall(r'event-card-title"><a [^>]+>([^<]+)<', page)
        more = re.search(r'hx-get="(/\?cursor=[^"]+)"', page)
        address = more and more[1]

    assert len(seen) == 30
    assert set(seen) == names


def test_a_later_page_of_the_list_is_a_whole_page_without_script(visitor, db):
    for n in range(13):
        an_event(title=f"공연 {n}", title_en="")
    more = re.search(r'href="(/\?cursor=[^"]+)"', text(visitor.get("/")))

    page = text(visitor.get(more[1]))

    assert 'id="event-list"' in page
    assert page.count("event-card-title") == 1


def test_a_forged_cursor_is_refused(visitor, db):
    assert visitor.get("/", {"cursor": "forged"}).status_code == 400


def test_the_list_takes_as_many_queries_however_long_it_is(
    buyer, concert, stalls, django_assert_max_num_queries
):
    for n in range(10):
        other = an_event(title=f"공연 {n}")
        a_ticket_type(other)
        a_ticket_type(other, name="S석")

    with django_assert_max_num_queries(3):
        buyer.get("/")


@pytest.mark.parametrize("num_types", [1, 12])
def test_the_event_page_takes_four_queries_at_most_and_one_a_second_for_the_waiting_room(
    buyer, concert, num_types, django_assert_max_num_queries
):
    for n in range(num_types):
        a_ticket_type(concert, name=f"{n}구역", max_per_person=4)

    with django_assert_max_num_queries(5):
        buyer.get(concert.get_absolute_url())
    with django_assert_max_num_queries(4):
        buyer.get(concert.get_absolute_url())


def test_the_page_shows_the_very_fragments_that_the_hub_sends(visitor, concert, stalls):
    page = text(visitor.get(concert.get_absolute_url(), headers={"Accept-Language": "ko"}))
    here = Event.objects.with_status().get(pk=concert.pk)

    for change in (
        live.event_change(here, status=here.current_status),
        live.ticket_change(stalls, event_id=concert.pk, currency="KRW"),
    ):
        sent = live.fragments(change)
        assert ' hx-swap-oob="true"' in sent
        assert sent.replace(' hx-swap-oob="true"', "") in page


def test_an_unknown_event_is_not_found(visitor, db):
    answer = visitor.get("/events/999999")

    assert answer.status_code == 404
    assert "There is no such event." in text(answer)


def test_a_plain_form_holds_tickets(buyer, concert, stalls):
    answer = hold_on_page(buyer, concert, **{f"quantity_{stalls.pk}": 2})

    held = Reservation.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("ticketing:reservation", args=[held.pk])
    assert held.total == 198_000


def test_a_form_sent_twice_holds_once(buyer, concert, stalls):
    wish = {f"quantity_{stalls.pk}": 1, "key": "a-page"}

    first = hold_on_page(buyer, concert, **wish)
    second = hold_on_page(buyer, concert, **wish)

    assert first.url == second.url
    assert Reservation.objects.count() == 1


def test_a_visitor_signs_in_and_finds_the_same_choice(visitor, alice, concert, stalls):
    answer = hold_on_page(visitor, concert, **{f"quantity_{stalls.pk}": 2})
    signed_in = visitor.post(answer.url, {"username": "alice", "password": PASSWORD})
    page = visitor.get(answer.wsgi_request.back)

    assert answer.url.startswith(reverse("accounts:sign-in"))
    assert signed_in.url == f"/events/{concert.pk}?quantity-{stalls.pk}=2"
    assert re.search(rf'id="quantity-{stalls.pk}" value="2"', text(page))


def test_a_refusal_appears_in_place(buyer, concert, stalls):
    answer = hold_on_page(buyer, concert, headers=HTMX, **{f"quantity_{stalls.pk}": 4})

    assert answer.status_code == 409
    assert 'role="alert"' in text(answer)
    assert "There are not enough tickets left." in text(answer)
    assert "<html" not in text(answer)


def test_a_refusal_without_script_leads_back_to_the_same_choice(buyer, concert, stalls):
    answer = hold_on_page(buyer, concert, **{f"quantity_{stalls.pk}": 4})

    assert answer.status_code == 409
    assert f'href="/events/{concert.pk}?quantity-{stalls.pk}=4"' in text(answer)


@pytest.mark.parametrize("quantity", ["-1", "1.5", "99999999999", "two", "٣", "0", ""])
def test_a_senseless_quantity_is_refused(buyer, concert, stalls, quantity):
    answer = hold_on_page(buyer, concert, **{f"quantity_{stalls.pk}": quantity})

    assert answer.status_code == 400
    assert not Reservation.objects.exists()


def test_the_address_of_a_refused_hold_leads_to_the_event(buyer, concert):
    answer = buyer.get(reverse("ticketing:hold", args=[concert.pk]))

    assert answer.url == concert.get_absolute_url()


def test_the_page_says_how_many_more_one_may_have(buyer, alice, concert):
    balcony = a_ticket_type(concert, name="S석", capacity=50, max_per_person=4)
    a_hold(alice, {balcony: 3})

    page = text(buyer.get(concert.get_absolute_url()))

    assert "You have 3; 1 more is possible" in page


def test_a_hold_whose_time_is_over_says_what_to_do(buyer, alice, stalls):
    held = a_hold(alice, {stalls: 1})
    let_expire(held)

    page = text(buyer.get(reverse("ticketing:reservation", args=[held.id])))

    assert "The time to pay is over" in page
    assert 'name="card"' not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_ones_own_pages_ask_to_sign_in(visitor, db, headers):
    answer = visitor.get("/reservations", headers=headers)

    target = answer["HX-Redirect"] if headers else answer["Location"]
    assert target == f"{reverse('accounts:sign-in')}?next=/reservations"


def test_my_reservations_take_as_many_queries_however_many_there_are(
    buyer, alice, concert, django_assert_max_num_queries
):
    many = a_ticket_type(concert, name="S석", capacity=100)
    for _ in range(12):
        a_hold(alice, {many: 1})

    with django_assert_max_num_queries(5):
        page = text(buyer.get("/reservations"))

    assert page.count("reservation-row") == 10
    assert "Older reservations" in page


def test_pages_are_never_cached(visitor, concert):
    answer = visitor.get(concert.get_absolute_url())

    assert "no-store" in answer["Cache-Control"]
    assert "HX-Request" in answer["Vary"]


def test_the_theme_is_in_the_page_before_it_is_painted(visitor, db):
    visitor.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in text(visitor.get("/"))

    visitor.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in text(visitor.get("/"))


def test_a_page_left_open_for_too_long_says_what_to_do(concert, alice):
    careful = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    careful.login(username="alice", password=PASSWORD)

    answer = hold_on_page(careful, concert)

    assert answer.status_code == 403
    assert "This page was open for too long" in text(answer)


def test_a_link_back_never_leads_out_of_the_house(visitor, db):
    page = text(visitor.get("/nowhere", headers={"Referer": "https://evil.example/x"}))

    assert "evil.example" not in page
