"""What is Alice's is nobody else's, at each address that names one thing among many."""

from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from queueing.claims import note_traffic
from queueing.models import WaitingRoom
from queueing.services.steering import create_room
from tests.security.routes import all_routes, fill, takes_id
from tests.voting.rounds import a_menu, a_place, a_round, a_team
from ticketing.models import Reservation, TicketType
from voting.services.talking import add_comment

pytestmark = pytest.mark.django_db(transaction=True)


class Rule(NamedTuple):
    """What each kind of person gets."""

    method: str
    owner: int
    stranger: int
    anonymous: int
    operator: int


ANYBODYS = Rule("GET", 200, 200, 200, 200)
OWN_PAGE = Rule("GET", 200, 404, 302, 404)
OWN_STEP = Rule("POST", 302, 404, 302, 404)
OWN_API = Rule("POST", 200, 404, 401, 404)
TEAMS_VOTE = Rule("PUT", 200, 403, 401, 403)
RULES = {
    "events/<int:event_id>": ANYBODYS,
    "events/<int:event_id>/hold": Rule("POST", 302, 302, 302, 302),
    "events/<int:event_id>/seats": Rule("GET", 404, 404, 404, 404),  # nobody sits there
    "events/<int:event_id>/seats/selection": Rule("GET", 302, 302, 302, 302),  # to the page
    "events/<int:event_id>/seats/change": Rule("POST", 400, 400, 302, 400),  # nothing was asked
    "events/<int:event_id>/seats/best": Rule("POST", 404, 404, 302, 404),
    "events/<int:event_id>/seats/standing": Rule("POST", 302, 302, 302, 302),
    "events/<int:event_id>/seats/prolong": Rule("POST", 410, 410, 302, 410),
    "events/<int:event_id>/line": Rule("POST", 302, 302, 302, 302),  # nobody has to wait there
    "events/<int:event_id>/line/leave": Rule("POST", 302, 302, 302, 302),
    "events/<int:event_id>/line/draw": ANYBODYS,
    "reservations/<uuid:reservation_id>": OWN_PAGE,
    "reservations/<uuid:reservation_id>/tickets": OWN_PAGE,
    "reservations/<uuid:reservation_id>/confirm": OWN_STEP,
    "reservations/<uuid:reservation_id>/cancel": OWN_STEP,
    "accounts/password-reset/<uidb64>/<token>": ANYBODYS,  # and says that the link is not good
    "api/events/<str:event>": ANYBODYS,
    "api/reservations/<str:reservation>": Rule("GET", 200, 404, 401, 404),
    "api/reservations/<str:reservation>/confirm": OWN_API,
    "api/reservations/<str:reservation>/cancel": OWN_API,
    "api/reservations/<str:reservation>/prolong": Rule("POST", 409, 404, 401, 404),
    "api/events/<str:event>/seats": Rule("GET", 404, 404, 404, 404),  # nobody sits there
    "api/events/<str:event>/selection": Rule("GET", 200, 200, 401, 200),
    "api/events/<str:event>/selection/best": Rule("POST", 400, 400, 401, 400),
    "api/events/<str:event>/selection/seats/<str:seat>": Rule("POST", 405, 405, 401, 405),
    "api/events/<str:event>/selection/items/<str:ticket_type>": Rule("POST", 405, 405, 401, 405),
    "api/queue/check/<str:event>": Rule("POST", 200, 200, 200, 200),
    "api/queue/status/<str:event>": ANYBODYS,
    "api/queue/leave/<str:event>": Rule("POST", 200, 200, 200, 200),
    "api/queue/rooms/<str:event>": Rule("GET", 403, 403, 401, 404),  # there is none
    "api/queue/rooms/<str:event>/admit": Rule("POST", 403, 403, 401, 400),
    "api/queue/rooms/<str:event>/remove": Rule("POST", 403, 403, 401, 404),
    "api/queue/rooms/<str:event>/clear": Rule("POST", 403, 403, 401, 404),
    "votes/<int:round_id>": ANYBODYS,
    "votes/<int:round_id>/chart": Rule("GET", 302, 302, 302, 302),  # to the page
    "votes/<int:round_id>/choices/<str:kind>/<str:target>": Rule("POST", 400, 400, 302, 400),
    "votes/<int:round_id>/suggestions": Rule("POST", 404, 403, 302, 403),  # of nothing
    "votes/<int:round_id>/comments": Rule("POST", 400, 400, 302, 400),  # that say nothing
    "votes/<int:round_id>/comments/list": Rule("GET", 302, 302, 302, 302),
    "votes/<int:round_id>/comments/<int:comment_id>/like": Rule("POST", 404, 404, 302, 404),
    "votes/<int:round_id>/comments/<int:comment_id>/delete": Rule("POST", 404, 404, 302, 404),
    "api/votes/rounds/<str:round>": ANYBODYS,
    "api/votes/rounds/<str:round>/history": ANYBODYS,
    "api/votes/rounds/<str:round>/places/<str:place>": TEAMS_VOTE,
    "api/votes/rounds/<str:round>/menus/<str:menu>": TEAMS_VOTE,
    "api/votes/rounds/<str:round>/dates/<str:date>": TEAMS_VOTE,
    "api/votes/rounds/<str:round>/results": ANYBODYS,
    "api/votes/rounds/<str:round>/voters": Rule("GET", 200, 200, 401, 200),
    "api/votes/rounds/<str:round>/comments": Rule("POST", 400, 400, 401, 400),  # says nothing
    "api/votes/rounds/<str:round>/reviews": Rule("PUT", 400, 400, 401, 400),  # without stars
    "api/votes/rounds/<str:round>/suggestions": Rule("POST", 400, 400, 401, 400),
    "api/votes/comments/<str:comment>": Rule("DELETE", 204, 403, 401, 403),
    "api/votes/comments/<str:comment>/like": Rule("PUT", 200, 403, 401, 403),
    "api/votes/places/<str:place>": Rule("PATCH", 200, 403, 401, 200),
    "api/layouts/<str:version>": Rule("GET", 404, 404, 404, 404),
    "api/payments/<str:provider>/webhook": Rule("POST", 403, 403, 403, 403),  # a signature counts
}
ADMIN = [route for route in all_routes() if route.startswith("admin/")]
OPEN = {"/admin/login/", "/admin/logout/"}
UPLOADS = "^media/(?P<path>.*)$"  # posters, for everybody; there in a checkout only


def test_each_address_with_an_id_has_a_rule() -> None:
    named = {route for route in all_routes() if takes_id(route)}

    assert named - set(ADMIN) - {UPLOADS} == set(RULES)


def a_round_of_alice(alice: User) -> dict[str, object]:
    """Her team's round, in which nobody else has a say."""
    place, menu, day = a_place(added_by=alice), a_menu(), timezone.localdate()
    of = a_round(place, menu, dates=[day], max_dates=1, team=a_team(alice))
    comment = add_comment(round_id=of.pk, user_id=alice.pk, text="우리끼리")
    ids = {"round": of.pk, "place": place.pk, "menu": menu.pk, "comment": comment.pk}
    return {**ids, "date": day.isoformat()}


@pytest.fixture
def values(confirmed: Reservation, alice: User) -> dict[str, object]:
    return {
        "event_id": confirmed.event_id,
        "event": confirmed.event_id,
        "reservation_id": confirmed.pk,
        "reservation": confirmed.pk,
        "provider": "sandbox",
        "seat": "1F-1-1",
        "ticket_type": "1",
        "version": "c0ffee",
        **(votes := a_round_of_alice(alice)),
        "round_id": votes["round"],
        "kind": "place",
        "target": votes["place"],
        "comment_id": 0,
        "uidb64": "MQ",
        "token": "c0ffee-00000000000000000000000000000000",
    }


def status(rule: Rule, address: str, user: User | None) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)
    if rule.method == "GET":
        return client.get(address).status_code
    if "/api/" in address:
        body = {"data": "{}", "content_type": "application/json"}
        return client.generic(rule.method, address, **body).status_code
    wish = {f"quantity-{pk}": 1 for pk in TicketType.objects.values_list("pk", flat=True)}
    return client.post(address, {**wish, "key": "once"}).status_code


@pytest.mark.parametrize("route", sorted(RULES))
def test_strangers_see_and_change_nothing(
    route: str,
    values: dict[str, object],
    confirmed: Reservation,
    alice: User,
    bob: User,
    operator: User,
) -> None:
    rule, address = RULES[route], fill(route, **values)
    before = Reservation.objects.values().get(pk=confirmed.pk)

    assert status(rule, address, None) == rule.anonymous
    assert status(rule, address, bob) == rule.stranger
    assert status(rule, address, operator) == rule.operator
    assert Reservation.objects.values().get(pk=confirmed.pk) == before
    assert status(rule, address, alice) == rule.owner


def a_room_with_a_past(event_id: int) -> dict[str, int]:
    room = create_room(event_id=event_id, changes={"threshold": 9}, by=None)
    note_traffic(room, timezone.now(), joined=1)
    rows = {"waitingroom": room, "recordentry": room.record.get(sequence=1)}
    return {name: row.pk for name, row in {**rows, "traffic": room.traffic.get()}.items()}


def admin_values(route: str, confirmed: Reservation, alice: User, stalls: TicketType) -> dict:
    ids = {"reservation": confirmed.pk, "event": confirmed.event_id, "user": alice.pk}
    ids["payment"] = confirmed.payments.get().pk
    if "/queueing/" in route:
        ids |= a_room_with_a_past(confirmed.event_id)
    model = next((name for name in ids if f"/{name}/" in route), "user")
    names = ("object_id", "id", "content_type_id", "queue_index", "scheduler_index")
    others = ("connection_index", "job_id", "result_id", "key", "scheduler_name", "cron_job_name")
    return {
        **dict.fromkeys(names, "0"),
        **dict.fromkeys(others, "nothing"),
        "object_id": ids[model],
        "id": ids[model],
        "app_label": "ticketing",
        "url": "nothing",
        "token": "guess",
        "version": "c0ffee",
        "tool": "block",
    }


@pytest.mark.parametrize("route", ADMIN)
def test_the_admin_is_for_operators(
    route: str, confirmed: Reservation, alice: User, operator: User, stalls: TicketType
) -> None:
    address = fill(route, **admin_values(route, confirmed, alice, stalls))
    guest, buyer, staff = Client(), Client(), Client()
    buyer.force_login(alice)
    staff.force_login(operator)
    before = Reservation.objects.values().get(pk=confirmed.pk)
    rooms = list(WaitingRoom.objects.values())

    for client in (guest, buyer):
        for method in ("GET", "POST"):
            answer = client.generic(method, address)
            led_away = "/login" in answer.headers.get("Location", "")
            assert led_away or answer.status_code in {401, 403, 404} or address in OPEN
    if "/django_rq/" not in address:  # which fails where a job is gone
        assert staff.get(address).status_code < 500
    assert list(WaitingRoom.objects.values()) == rooms
    assert Reservation.objects.values().get(pk=confirmed.pk) == before
