"""The operators' pages of waiting rooms."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import User
from queueing.admin.charting import MINUTES
from queueing.claims import note_traffic
from queueing.line import Line
from queueing.models import RecordEntry, Traffic, WaitingRoom
from queueing.notes import joined
from queueing.record import append_entries
from queueing.services.opening import insist
from queueing.services.steering import configure_room
from queueing.services.ticking import tick_all
from queueing.verifying import verify
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.rooms import a_room
from ticketing.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

ROOMS = "/admin/queueing/waitingroom/"
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def boss() -> User:
    return a_user("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def operator(boss: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(boss)
    return client


@pytest.fixture
def room() -> WaitingRoom:
    event = an_event()
    a_ticket_type(event, capacity=100)
    return a_room(event=event, threshold=2)


def home(room: WaitingRoom, page: str = "line/") -> str:
    return f"{ROOMS}{room.pk}/{page}"


def arrive(room: WaitingRoom, *people: str) -> None:
    for one in people:
        insist(room.event_id, lambda line, one=one: line.join(one))


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def acts(room: WaitingRoom) -> list[tuple[str, Any]]:
    found = room.record.order_by("sequence").values_list("kind", "body")
    return [(kind, body) for kind, body in found if kind not in ("begun", "joined", "called")]


def fresh(room: WaitingRoom) -> WaitingRoom:
    return WaitingRoom.objects.get(pk=room.pk)


def seen(operator: Client, address: str) -> dict[str, str]:
    """Return all that the forms of a page would send, as a browser finds them."""
    page = operator.get(address).content.decode()
    found: dict[str, str] = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        box = 'type="checkbox"' in tag
        if name and 'type="submit"' not in tag and (not box or "checked" in tag):
            found[name[1]] = value[1] if value else "on" if box else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.S):
        found[name] = text
    return found


# Steering


def test_the_page_says_how_the_line_stands(operator, room):
    arrive(room, "u1", "u2", "u3", "u4", "u5")
    tick_all()

    page = operator.get(home(room))

    assert page.status_code == 200
    figures = page.context["figures"]
    assert (figures["waiting"], figures["active"], figures["threshold"]) == ("3", "2", "2")
    body = page.content.decode()
    assert f'data-live="queue.{room.event_id}" data-live-format="batch"' in body
    assert (
        '<button type="submit" name="mode" value="on" class="steer-mode" aria-pressed="true"'
        in body
    )
    assert fresh(room).head in body
    assert f"manage.py verify_queue {room.event_id}" in body


@pytest.mark.parametrize("mode", ["off", "automatic", "paused", "drain", "closed"])
def test_a_press_sets_the_mode(operator, boss, room, mode):
    answer = operator.post(home(room), {"mode": mode})

    assert (answer.status_code, answer.headers["Location"]) == (302, home(room))
    assert Line(room.event_id).room().mode == fresh(room).mode == mode
    assert acts(room) == [("configured", {"changes": {"mode": mode}, "by": boss.pk})]
    assert len(said(answer)) == 1
    assert LogEntry.objects.get().object_id == str(room.pk)


@pytest.mark.parametrize("form", [{}, {"mode": "sideways"}, {"nonsense": "1"}, {"clear": "x"}])
def test_what_makes_no_sense_changes_nothing(operator, room, form):
    assert operator.post(home(room), form).status_code == 200

    assert (fresh(room).version, acts(room)) == (room.version, [])


def test_limits_are_set_by_a_form(operator, room):
    form = {**seen(operator, home(room)), "threshold": "30", "limits": "1"}

    answer = operator.post(home(room), form)

    assert answer.status_code == 302
    assert (fresh(room).threshold, Line(room.event_id).room().threshold) == (30, 30)
    assert acts(room)[0][1]["changes"] == {"threshold": 30}


def test_limits_that_are_none_are_said_so_in_the_form(operator, room):
    form = {**seen(operator, home(room)), "threshold": "0", "rate": "many", "limits": "1"}

    answer = operator.post(home(room), form)

    assert answer.status_code == 200
    assert set(answer.context["limits"].errors) == {"threshold", "rate"}
    assert answer.context["message"].errors == {}
    assert (fresh(room).threshold, acts(room)) == (2, [])


def test_a_form_leaves_alone_what_somebody_else_has_set_meanwhile(operator, boss, room):
    form = {**seen(operator, home(room)), "rate": "60", "limits": "1"}
    configure_room(room_id=room.pk, changes={"threshold": 99}, by=boss.pk)

    operator.post(home(room), form)

    assert (fresh(room).threshold, fresh(room).rate) == (99, 60)
    assert acts(room)[-1][1]["changes"] == {"rate": 60}


def test_a_message_is_said_in_both_languages(operator, room):
    form = {**seen(operator, home(room)), "say": "1"}

    operator.post(home(room), {**form, "message": "곧 열려요", "message_en": "Soon <b>open</b>"})

    after = fresh(room)
    assert (after.message, after.message_en) == ("곧 열려요", "Soon <b>open</b>")
    body = operator.get(home(room)).content.decode()
    assert "Soon &lt;b&gt;open" in body
    assert "<b>open</b>" not in body


def test_so_many_are_let_in_by_a_press(operator, boss, room):
    arrive(room, "u1", "u2", "u3", "u4", "u5")

    answer = operator.post(home(room), {"quantity": "4", "admit": "1"})

    assert said(answer) == ["4 people were let in."]
    assert Line(room.event_id).room().waiting == 1
    assert acts(room) == [("admitted", {"quantity": 4, "by": boss.pk})]


def test_where_nobody_waits_it_is_said_so(operator, room):
    assert said(operator.post(home(room), {"quantity": "4", "admit": "1"})) == ["Nobody waits."]


@pytest.mark.parametrize("quantity", ["", "0", "-1", "10001", "all"])
def test_only_a_sensible_number_is_let_in(operator, room, quantity):
    arrive(room, "u1")

    answer = operator.post(home(room), {"quantity": quantity, "admit": "1"})

    assert answer.status_code == 200
    assert answer.context["admit"].errors
    assert Line(room.event_id).room().waiting == 1


@pytest.mark.parametrize("by", ["number", "username", "user"])
def test_somebody_is_removed_however_they_are_known(operator, room, by):
    alice = a_user("alice")
    arrive(room, f"u{alice.pk}")
    who = {"number": "#1", "username": "alice", "user": str(alice.pk)}[by]

    answer = operator.post(home(room), {"by": by, "who": who, "remove": "1"})

    assert said(answer)[0].startswith("Removed: ")
    assert Line(room.event_id).room().waiting == 0


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("number", "2"),
        ("number", "9" * 30),
        ("username", "nobody"),
        ("user", "987654"),
        ("user", "9" * 19),
    ],
)
def test_who_is_not_there_is_not_removed(operator, room, by, who):
    arrive(room, "u1")

    answer = operator.post(home(room), {"by": by, "who": who, "remove": "1"})

    assert said(answer) == ["Nobody like that waits here or was let in."]
    assert Line(room.event_id).room().waiting == 1


@pytest.mark.parametrize("who", ["", "one", "1.5", "-1", "١"])
def test_numbers_that_are_none_are_said_so(operator, room, who):
    answer = operator.post(home(room), {"by": "number", "who": who, "remove": "1"})

    assert (answer.status_code, list(answer.context["remove"].errors)) == (200, ["who"])


def test_clearing_asks_first_and_says_why_to_all(operator, boss, room):
    arrive(room, "u1", "u2", "u3")

    asked = operator.get(f"{home(room)}?clear=1")
    form = seen(operator, f"{home(room)}?clear=1")
    assert Line(room.event_id).room().waiting == 3
    answer = operator.post(home(room), {**form, "clear": "1", "message": "다시 시작해요"})

    assert "Waiting: 3" in asked.content.decode()
    assert answer.status_code == 302
    assert (fresh(room).epoch, Line(room.event_id).room().waiting) == (2, 0)
    assert [kind for kind, _ in acts(room)] == ["configured", "cleared"]
    assert fresh(room).message == "다시 시작해요"
    assert verify(fresh(room)) is None


def test_a_second_press_does_not_clear_the_next_line(operator, room):
    operator.post(home(room), {"clear": "1"})
    arrive(room, "u1")

    answer = operator.post(home(room), {"clear": "1"})

    assert said(answer)[-1] == "Somebody else has cleared the line meanwhile."
    assert Line(room.event_id).room().waiting == 1


def test_without_redis_the_page_says_so_and_settings_count(operator, room, settings):
    settings.REDIS_URL = NOWHERE

    page = operator.get(home(room))
    mode = operator.post(home(room), {"mode": "paused"})
    admitted = operator.post(home(room), {"quantity": "1", "admit": "1"})

    assert "The line cannot be reached" in page.content.decode()
    assert (mode.status_code, fresh(room).mode) == (302, "paused")
    assert said(admitted)[-1].startswith("This is not available right now.")


def test_a_room_whose_event_is_a_draft_can_be_steered(operator, room):
    Event.objects.update(published=False)

    page = operator.get(home(room))

    assert page.status_code == 200
    assert "data-live=" not in page.content.decode().split('id="steer"')[1][:80]
    assert operator.post(home(room), {"mode": "paused"}).status_code == 302


# What has happened


def test_the_record_says_in_words_who_did_what(operator, boss, room):
    arrive(room, "u1", "u2", "u3")
    operator.post(home(room), {"mode": "paused"})
    operator.post(home(room), {"quantity": "2", "admit": "1"})
    operator.post(home(room), {"by": "number", "who": "3", "remove": "1"})

    page = operator.get(home(room))
    told = [(one.words, one.who) for one in page.context["entries"]]

    assert told == [
        ("Number 3 was removed", "boss"),
        ("2 more were let in by hand", "boss"),
        ("mode: Paused", "boss"),
        ("Line 1 began", ""),
    ]
    everything = operator.get(f"{home(room)}?all=1").context["entries"]
    words = [one.words for one in everything]
    assert "3 people joined: 1–3" in words
    assert "2 people were let in: 1–2" in words


def test_acts_are_found_behind_many_joins(operator, room):
    operator.post(home(room), {"mode": "paused"})
    for batch in range(5):
        ranges = [joined(first=n, last=n) for n in range(batch * 50 + 1, batch * 50 + 51)]
        append_entries(room_id=room.pk, notes=ranges)

    entries = operator.get(home(room)).context["entries"]

    assert [one.words for one in entries] == ["mode: Paused", "Line 1 began"]
    assert len(operator.get(f"{home(room)}?all=1").context["entries"]) == 20


def test_every_kind_of_entry_has_its_words(operator, boss, room):
    opens_at = timezone.now() + timedelta(hours=1)
    for changes in (
        {"opens_at": opens_at, "guests_allowed": False},
        {"message": "안녕", "opens_at": None},
    ):
        configure_room(room_id=room.pk, changes=changes, by=boss.pk)
    RecordEntry.objects.bulk_create(
        RecordEntry(room=room, sequence=900 + n, at=opens_at, kind=kind, body=body, digest="x")
        for n, (kind, body) in enumerate(
            [
                ("revealed", {"seed": "abc" * 20, "count": 3}),
                ("begun", {"epoch": 1, "after": 1000, "lost": True}),
                ("removed", {"number": None, "by": 987654}),
                ("cleared", {"epoch": 2, "by": None}),
                ("configured", {"changes": {"colour": 1}, "by": None}),
                ("called", {"numbers": []}),
                ("sealed", {"seed_hash": 7}),
            ]
        )
    )
    WaitingRoom.objects.update(num_entries=910)

    told = [(one.words, one.who) for one in operator.get(home(room)).context["entries"]]

    assert told[:5] == [
        ("The draw was sealed", ""),
        ("The settings changed", ""),
        ("Everybody was sent away; line 2 follows", ""),
        ("Somebody without a number was removed", "#987654"),
        ("Redis had lost line 1; new numbers follow 1,000", ""),
    ]
    assert told[5][0].endswith("3 places were drawn")
    assert ("message: 안녕 · opens at: –", "boss") in told
    assert any(words.startswith("lets guests wait: No · opens at: ") for words, _ in told)


def test_the_traffic_of_the_last_hour_is_drawn(operator, room):
    now = timezone.now().replace(second=1)
    note_traffic(room, now, joined=10, called=4, waiting=50)
    note_traffic(room, now - timedelta(minutes=1), joined=5, called=4, waiting=80)
    note_traffic(room, now - timedelta(minutes=61), joined=999)

    page = operator.get(home(room))

    joined_bars, called_bars, waiting_bars = page.context["charts"]
    assert [bar.height for bar in joined_bars.bars] == [24, 48]
    assert joined_bars.bars[-1].x in (10 * (MINUTES - 1), 10 * (MINUTES - 2))
    assert (joined_bars.said, called_bars.said, waiting_bars.said) == ("15", "8", "80")
    assert page.content.decode().count("<rect") == 6
    assert len(page.context["traffic"]) == 2


def test_the_page_of_a_long_record_costs_few_queries(operator, room, django_assert_max_num_queries):
    operator.post(home(room), {"mode": "paused"})
    operator.get(home(room))

    with django_assert_max_num_queries(9):
        operator.get(home(room))


# Settings


def settings_form(operator: Client, address: str, **changes: str) -> dict[str, str]:
    return {**seen(operator, address), **changes}


def test_a_room_is_made_from_the_page_of_its_event(operator, boss):
    event = an_event()
    page = operator.get(f"/admin/ticketing/event/{event.pk}/change/").content.decode()
    address = f"{ROOMS}add/?event={event.pk}"
    assert address in page

    answer = operator.post(
        address, settings_form(operator, address, event=str(event.pk), mode="paused")
    )

    room = WaitingRoom.objects.get(event=event)
    assert (answer.status_code, answer.headers["Location"]) == (302, home(room))
    assert acts(room) == [("configured", {"changes": {"mode": "paused"}, "by": boss.pk})]
    again = operator.get(f"/admin/ticketing/event/{event.pk}/change/").content.decode()
    assert home(room) in again


def test_an_event_has_one_room(operator, room):
    address = f"{ROOMS}add/?event={room.event_id}"

    answer = operator.post(address, settings_form(operator, address, event=str(room.event_id)))

    assert answer.status_code == 200
    assert WaitingRoom.objects.count() == 1


def test_the_form_changes_what_was_changed_in_it(operator, boss, room):
    address = home(room, "change/")
    form = settings_form(operator, address, idle_seconds="60", opens_at="2099-11-21T20:00:00")
    form.pop("guests_allowed")
    configure_room(room_id=room.pk, changes={"mode": "closed", "rate": 5}, by=boss.pk)

    answer = operator.post(address, form)

    after = fresh(room)
    assert answer.status_code == 302
    assert (after.mode, after.rate, after.idle_seconds, after.guests_allowed) == (
        *("closed", 5, 60, False),
    )
    assert after.opens_at.isoformat() == "2099-11-21T11:00:00+00:00"
    assert set(acts(room)[-2][1]["changes"]) == {"idle_seconds", "opens_at", "guests_allowed"}
    assert acts(room)[-1][0] == "sealed"


def test_a_form_that_was_only_looked_at_changes_nothing(operator, room):
    WaitingRoom.objects.update(opens_at="2099-11-21T11:00:07.123456+00:00", message="안녕\n또")
    address = home(room, "change/")

    answer = operator.post(address, settings_form(operator, address))

    assert answer.status_code == 302
    assert (fresh(room).version, acts(room)) == (room.version, [])


def test_what_does_not_go_together_is_said_in_the_form(operator, room):
    address = home(room, "change/")

    answer = operator.post(address, settings_form(operator, address, grace_seconds="3000"))

    assert answer.status_code == 200
    assert "at least as long as others" in answer.content.decode()
    assert acts(room) == []


def test_what_became_impossible_meanwhile_is_refused_in_words(operator, boss, room):
    address = home(room, "change/")
    form = settings_form(operator, address, grace_signed_in_seconds="400")
    configure_room(room_id=room.pk, changes={"grace_seconds": 800}, by=boss.pk)

    answer = operator.post(address, form)

    assert answer.status_code == 302
    assert "at least as long as others" in said(answer)[0]
    assert fresh(room).grace_signed_in_seconds == 900


def test_after_the_draw_the_opening_cannot_be_moved(operator, room):
    WaitingRoom.objects.update(num_drawn=3, opens_at=timezone.now())
    address = home(room, "change/")

    answer = operator.post(
        address, settings_form(operator, address, opens_at="2099-11-21T20:00", mode="paused")
    )

    assert answer.status_code == 302
    assert (fresh(room).mode, fresh(room).opens_at.year < 2099) == ("paused", True)


def test_a_room_is_found_by_its_event(operator, room):
    page = operator.get(ROOMS, {"q": "Autumn"}).content.decode()

    assert home(room) in page


# What nobody changes


@pytest.fixture
def written(room, operator) -> Iterator[WaitingRoom]:
    operator.post(home(room), {"mode": "paused"})
    note_traffic(room, timezone.now(), joined=3)
    yield room


@pytest.mark.parametrize("model", ["recordentry", "traffic"])
def test_what_has_happened_is_only_read(operator, written, model):
    row = {"recordentry": RecordEntry, "traffic": Traffic}[model].objects.first()
    pages = f"/admin/queueing/{model}/"

    assert operator.get(pages).status_code == 200
    assert operator.get(pages, {"room": written.pk}).status_code == 200
    assert operator.get(f"{pages}{row.pk}/change/").status_code == 200
    for page in ("add/", f"{row.pk}/delete/"):
        assert operator.post(f"{pages}{page}", {"post": "yes"}).status_code == 403
    assert operator.post(f"{pages}{row.pk}/change/", {"kind": "begun"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    operator.post(pages, bulk)
    assert type(row).objects.filter(pk=row.pk).exists()
    assert verify(fresh(written)) is None


def test_a_room_is_not_deleted_alone(operator, written):
    assert operator.post(home(written, "delete/"), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [written.pk], "post": "yes"}
    operator.post(ROOMS, bulk)

    assert fresh(written)
    assert home(written, "delete/") not in operator.get(home(written, "change/")).content.decode()


def test_a_room_goes_with_its_event(operator, written):
    address = f"/admin/ticketing/event/{written.event_id}/delete/"

    answer = operator.post(address, {"post": "yes"})

    assert answer.status_code == 302
    assert not WaitingRoom.objects.exists()
    assert not RecordEntry.objects.exists()


# Who may


@pytest.mark.parametrize("right", [None, "view_waitingroom", "change_event"])
def test_staff_without_the_right_are_refused(room, right):
    staff = a_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename=right))
    client = Client()
    client.force_login(staff)
    arrive(room, "u1")

    assert client.get(home(room)).status_code == 403
    for form in ({"mode": "off"}, {"quantity": "1", "admit": "1"}, {"clear": "1"}):
        assert client.post(home(room), form).status_code == 403
    assert client.post(home(room, "change/"), {"mode": "off"}).status_code == 403
    assert (fresh(room).mode, acts(room)) == ("on", [])


def test_staff_with_the_right_need_no_other(room):
    staff = a_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="change_waitingroom"))
    client = Client()
    client.force_login(staff)

    assert client.get(home(room)).status_code == 200
    assert client.post(home(room), {"mode": "paused"}).status_code == 302


def test_nothing_is_taken_without_the_token(boss, room):
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)

    assert client.post(home(room), {"mode": "off"}).status_code == 403
    assert client.post(home(room, "change/"), {"mode": "off"}).status_code == 403
    assert fresh(room).mode == "on"
