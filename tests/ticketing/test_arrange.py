import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from redis import Redis

from accounts.models import User
from realtime.publish import flush
from tests.builders import a_hold, a_seated_event, a_ticket_type, an_event, many_users, pay
from tests.races import race
from ticketing.errors import AlreadyCancelled, CapacityTooSmall, SeatsAreCounted
from ticketing.models import Event, Payment, Reservation, TicketType
from ticketing.seating.samples import make_plain_hall
from ticketing.services.announcing import announce_status
from ticketing.services.arranging import cancel_event, set_capacity
from ticketing.services.ending import cancel_all_of, cancel_reservation

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_capacity_can_be_lowered_to_what_is_sold_and_held(
    alice: User, bob: User, stalls: TicketType
) -> None:
    pay(alice, a_hold(alice, {stalls: 1}))
    a_hold(bob, {stalls: 1})

    with pytest.raises(CapacityTooSmall) as refused:
        set_capacity(ticket_type_id=stalls.pk, capacity=1)

    assert refused.value.facts == {"committed": 2}
    assert set_capacity(ticket_type_id=stalls.pk, capacity=2).available == 0


def test_the_capacity_of_what_has_seats_is_theirs(alice: User) -> None:
    show = a_seated_event(make_plain_hall(14))
    seated = show.ticket_types.get()

    with pytest.raises(SeatsAreCounted):
        set_capacity(ticket_type_id=seated.pk, capacity=20)

    seated.refresh_from_db()
    assert seated.capacity == 14


@pytest.mark.race
def test_changing_a_capacity_while_people_buy_loses_nothing(concert: Event) -> None:
    """W14: read, compute, write lost the sales in between."""
    floor = a_ticket_type(concert, name="Floor", capacity=40)
    buyers = many_users(60)

    race(
        [lambda buyer=buyer: a_hold(buyer, {floor: 1}) for buyer in buyers]
        + [
            lambda capacity=capacity: set_capacity(ticket_type_id=floor.pk, capacity=capacity)
            for capacity in (30, 45, 50, 35)
        ]
    )

    floor.refresh_from_db()
    assert floor.held == Reservation.objects.count() <= floor.capacity


@pytest.mark.usefixtures("stalls")
@pytest.mark.parametrize("published", [True, False])
def test_only_published_events_tell_of_their_turns(
    concert: Event, redis: Redis, published: bool
) -> None:
    Event.objects.filter(pk=concert.pk).update(published=published, status="upcoming")

    with redis.pubsub(ignore_subscribe_messages=True) as layer:
        layer.psubscribe("*")
        layer.get_message(timeout=1)
        announce_status()
        flush()
        told = layer.get_message(timeout=1)

    concert.refresh_from_db()
    assert (concert.status, told is not None) == ("on_sale", published)


@pytest.mark.race
def test_an_operators_form_never_writes_stale_counters(concert: Event) -> None:
    floor = a_ticket_type(concert, name="Floor", capacity=100)
    stale = TicketType.objects.get(pk=floor.pk)
    buyers = many_users(20)
    race([lambda buyer=buyer: a_hold(buyer, {floor: 1}) for buyer in buyers])

    stale.name = "Floor A"
    stale.save()

    floor.refresh_from_db()
    assert (floor.name, floor.held, floor.version) == ("Floor A", 20, 22)


def test_the_database_itself_refuses_to_oversell(stalls: TicketType) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketType.objects.filter(pk=stalls.pk).update(held=4)


def test_cancelling_an_event_ends_and_refunds_everything(
    alice: User, bob: User, concert: Event, stalls: TicketType
) -> None:
    pay(alice, a_hold(alice, {stalls: 1}))
    a_hold(bob, {stalls: 1})

    cancel_event(event_id=concert.pk)
    assert cancel_all_of(event_id=concert.pk) == 2

    assert set(Reservation.objects.values_list("status", flat=True)) == {"cancelled"}
    assert Payment.objects.get().status == "refund_due"
    with pytest.raises(AlreadyCancelled):
        cancel_event(event_id=concert.pk)


def test_an_event_with_reservations_is_never_deleted(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    """W18: deleting failed half-way, and dashboards lost rows."""
    hold = a_hold(alice, {stalls: 1})
    cancel_reservation(reservation_id=hold.id, user_id=alice.pk)

    with pytest.raises(ProtectedError):
        concert.delete()


@pytest.mark.parametrize(
    "fields, status",
    [
        ({"sale_starts_at": timedelta(hours=1)}, "upcoming"),
        ({}, "on_sale"),
        ({"sale_ends_at": timedelta(minutes=-1)}, "ended"),
        ({"cancelled_at": timedelta()}, "cancelled"),
    ],
)
def test_status_follows_time_by_itself(
    concert: Event, stalls: TicketType, fields: dict[str, timedelta], status: str
) -> None:
    now = timezone.now()
    Event.objects.filter(pk=concert.pk).update(
        **{field: now + distance for field, distance in fields.items()}
    )

    assert Event.objects.with_status().get(pk=concert.pk).current_status == status
    announce_status()
    assert Event.objects.get(pk=concert.pk).status == status


@pytest.mark.parametrize(
    "windows, status",
    [
        ([{"sale_starts_at": 1}, {"sale_starts_at": 2}], "upcoming"),
        ([{"sale_ends_at": -0.1}, {"sale_starts_at": 2}], "upcoming"),
        ([{"sale_ends_at": -0.1}, {"sale_ends_at": -0.2}], "ended"),
        ([{"sale_ends_at": -0.1}, {}], "on_sale"),
    ],
)
def test_status_follows_the_windows_of_the_ticket_types(
    concert: Event, windows: list[dict[str, float]], status: str
) -> None:
    """Else a page offers what every hold is refused."""
    now = timezone.now()
    for number, window in enumerate(windows):
        moments = {field: now + timedelta(hours=hours) for field, hours in window.items()}
        a_ticket_type(concert, name=str(number), **moments)

    event = Event.objects.with_status().get(pk=concert.pk)

    assert event.current_status == status
    starts = [window["sale_starts_at"] for window in windows if "sale_starts_at" in window]
    opens_at = now + timedelta(hours=min(starts)) if starts else concert.sale_starts_at
    assert event.opens_at == opens_at


def test_sold_out_comes_and_goes_with_the_stock(
    alice: User, concert: Event, stalls: TicketType
) -> None:
    hold = a_hold(alice, {stalls: 3})
    sold_out = Event.objects.get(pk=concert.pk)

    cancel_reservation(reservation_id=hold.id, user_id=alice.pk)

    back = Event.objects.get(pk=concert.pk)
    assert (sold_out.status, back.status) == ("sold_out", "on_sale")
    assert back.version == sold_out.version + 1


@pytest.mark.race
def test_a_turn_of_the_status_is_told_once(concert: Event, stalls: TicketType) -> None:
    """W17: every process ran a timer chain of its own."""
    Event.objects.filter(pk=concert.pk).update(sale_ends_at=timezone.now())
    threading.Event().wait(0.01)

    assert sum(race([announce_status] * 8)) == 1


@pytest.mark.parametrize(
    "words, found",
    [
        ("콘서트", 1),
        ("autumn", 1),
        ("AUTUMN 콘서트", 1),
        ("아이유", 1),
        ("%", 0),
        ("뮤지컬", 0),
        ("", 2),
    ],
)
def test_search_finds_korean_and_english(db: None, words: str, found: int) -> None:
    an_event(keywords="아이유 IU")
    an_event(title="연극", title_en="A Play", artist="")

    assert Event.objects.matching(words).count() == found
