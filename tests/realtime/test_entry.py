import asyncio

import pytest
from django.conf import settings as house
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from realtime import consumers, limits
from realtime.origins import is_trusted
from realtime.tickets import issue_ticket
from tests.realtime.stage import close_code, open_hub, socket


def a_user(name="alice", **fields):
    return get_user_model().objects.create_user(name, password="right-horse-7", **fields)


def cookie_of(user):
    client = Client()
    client.force_login(user)
    return f"{house.SESSION_COOKIE_NAME}={client.cookies[house.SESSION_COOKIE_NAME].value}"


def an_entry(diary, user):
    """Return a topic that only `user` may watch."""
    topic = diary.topic(dear="diary")
    own = f"{diary.prefix}.{user.pk}_{topic.partition('.')[2]}"
    diary.rows[own.partition(".")[2]] = diary.rows.pop(topic.partition(".")[2])
    return own


async def answer(path, **headers):
    """Open a socket and return the first frame after the greeting."""
    async with open_hub(), socket(path, **headers) as talk:
        assert (await talk.receive_json_from())["type"] == "connection_ack"
        return await talk.receive_json_from()


async def refusal(path, **headers):
    async with open_hub(), socket(path, **headers) as talk:
        code, frames = await close_code(talk)
        return code, frames[-1]["code"]


@pytest.mark.django_db(transaction=True)
def test_a_private_topic_is_shown_to_whom_it_belongs(diary):
    alice = a_user()
    topic = an_entry(diary, alice)

    frame = asyncio.run(answer(f"/ws/live?topics={topic}", cookie=cookie_of(alice)))

    assert frame["changes"][0]["value"] == "diary"


@pytest.mark.django_db(transaction=True)
def test_a_private_topic_is_refused_to_anybody_else(diary):
    alice, bob = a_user(), a_user("bob")
    topic = an_entry(diary, alice)
    path = f"/ws/live?topics={topic}"

    assert asyncio.run(refusal(path, cookie=cookie_of(bob))) == (4403, "forbidden")
    assert asyncio.run(refusal(path)) == (4401, "not_signed_in")
    stale = f"{house.SESSION_COOKIE_NAME}=nosuchsession"
    assert asyncio.run(refusal(path, cookie=stale)) == (4401, "not_signed_in")
    assert diary.num_reads == 0


def test_a_public_topic_costs_no_query_for_the_session(board):
    cookie = f"{house.SESSION_COOKIE_NAME}=abc"  # without the mark, a query would be an error

    frame = asyncio.run(answer(f"/ws/live?topics={board.topic(stock=10)}", cookie=cookie))

    assert frame["type"] == "snapshot"


@pytest.mark.django_db(transaction=True)
def test_a_ticket_signs_in_once(diary):
    alice = a_user()
    topic = an_entry(diary, alice)
    path = f"/ws/live?topics={topic}&ticket={issue_ticket(user_id=alice.pk)}"

    assert asyncio.run(answer(path))["type"] == "snapshot"
    assert asyncio.run(refusal(path)) == (4401, "ticket_refused")


@pytest.mark.django_db(transaction=True)
def test_a_ticket_of_somebody_locked_out_signs_nobody_in(diary):
    alice = a_user()
    topic = an_entry(diary, alice)
    path = f"/ws/live?topics={topic}&ticket={issue_ticket(user_id=alice.pk)}"
    alice.is_active = False
    alice.save()

    assert asyncio.run(refusal(path)) == (4401, "not_signed_in")


def end_session(user):
    user.sessions.all().delete()


def change_password(user):
    user.set_password("another-horse-8")
    user.save()


def lock_out(user):
    user.is_active = False
    user.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fate", "way"),
    [
        (end_session, "session"),
        (change_password, "session"),
        (lock_out, "session"),
        (change_password, "ticket"),  # a ticket comes from no session that could end
        (lock_out, "ticket"),
    ],
)
def test_who_is_signed_out_loses_private_topics_and_keeps_public_ones(
    board, diary, monkeypatch, fate, way
):
    monkeypatch.setattr("realtime.rights.CHECK_EVERY", 0.2)
    alice, public = a_user(), board.topic(stock=10)
    topic = an_entry(diary, alice)
    path, headers = f"/ws/live?topics={topic},{public}", {}
    if way == "ticket":
        path += f"&ticket={issue_ticket(user_id=alice.pk)}"
    else:
        headers = {"cookie": cookie_of(alice)}

    async def look():
        async with open_hub() as hub, socket(path, **headers) as talk:
            for _ in range(3):
                await talk.receive_json_from()
            assert await talk.receive_nothing(timeout=0.5)
            await asyncio.to_thread(in_thread, fate, alice)
            refused = await talk.receive_json_from(timeout=3)
            await talk.send_json_to({"type": "subscribe", "topic": topic})
            again = await talk.receive_json_from()
            return refused, again, [len(hub.feeds[name].watches) for name in (topic, public)]

    refused, again, watches = asyncio.run(look())
    assert refused == again == {"type": "error", "code": "not_signed_in", "topic": topic}
    assert watches == [0, 1]


def in_thread(act, user):
    act(user)
    connection.close()


def test_a_ticket_lives_half_a_minute(redis):
    issue_ticket(user_id=1)

    (key,) = redis.keys("jari:live-ticket:*")
    assert 0 < redis.ttl(key) <= 30


@pytest.mark.parametrize("ticket", ["x", "x" * 5000, "%00", "%F0%9F%8E%9F"])
def test_a_made_up_ticket_is_refused(ticket):
    assert asyncio.run(refusal(f"/ws/live?ticket={ticket}")) == (4401, "ticket_refused")


@pytest.mark.parametrize("name", ["token", "access", "access_token", "jwt"])
def test_a_token_in_the_address_is_refused(name):
    code = asyncio.run(refusal(f"/ws/live?{name}=eyJhbGciOi.J9.x"))

    assert code == (4401, "token_in_address")


def test_a_ticket_without_redis_asks_to_come_back(settings, valkey):
    valkey.kill()
    settings.REDIS_URL = valkey.url

    assert asyncio.run(refusal("/ws/live?ticket=abc")) == (1013, "unavailable")


def test_an_address_with_too_much_in_it_is_refused():
    path = "/ws/live?" + "&".join(f"a{n}={n}" for n in range(50))

    assert asyncio.run(refusal(path)) == (4400, "malformed")


@pytest.mark.parametrize(
    ("origin", "host", "trusted"),
    [
        (None, "testserver", True),
        ("http://testserver", "testserver", True),
        ("http://testserver:8000", "testserver:8001", True),
        ("http://testserver:8001", "testserver:8001", True),
        ("https://testserver", "testserver", True),
        ("https://testserver:443", "testserver", True),
        ("HTTP://TESTSERVER:8000", "testserver:8001", True),
        ("https://partner.example", "testserver", True),
        ("https://partner.example:8443", "testserver", False),
        ("http://partner.example", "testserver", False),
        ("http://testserver:9999", "testserver:8001", False),
        ("http://testserver.evil.example:8000", "testserver:8001", False),
        ("http://evil.example:8000", "testserver:8001", False),
        ("http://eviltestserver:8000", "testserver:8001", False),
        ("http://testserver:8000@evil.example", "testserver:8001", False),
        ("http://testserver:8000/path", "testserver:8001", False),
        ("ftp://testserver:8000", "testserver:8001", False),
        ("null", "testserver:8001", False),
        ("", "testserver:8001", False),
        ("http://[", "testserver:8001", False),
        ("http://testserver:port", "testserver:8001", False),
        ("http://evil.example", "evil.example", False),
        (None, "evil.example", False),
        (None, "", False),
    ],
)
def test_origins(origin, host, trusted, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ORIGINS = ["https://partner.example"]
    settings.PORT, settings.LIVE_PORT = 8000, 8001

    assert is_trusted(origin, host=host) is trusted


def test_a_foreign_page_is_accepted_and_closed_4403():
    code = asyncio.run(refusal("/ws/live", origin="https://evil.example"))

    assert code == (4403, "origin_refused")


def test_a_person_may_have_only_so_many_sockets(monkeypatch):
    monkeypatch.setattr(limits, "SOCKETS_PER_PERSON", 1)
    cookie = f"{house.SESSION_COOKIE_NAME}=abc"

    async def crowd():
        async with open_hub(), socket(cookie=cookie), socket(), socket(cookie=cookie) as second:
            return await close_code(second)

    code, frames = asyncio.run(crowd())
    assert (code, frames[-1]["code"]) == (4429, "too_many_sockets")
    assert not consumers.sockets._open


def test_an_address_may_have_only_so_many_sockets_unless_it_is_private(monkeypatch):
    monkeypatch.setattr(limits, "SOCKETS_PER_ADDRESS", 1)

    async def crowd(client):
        async with open_hub(), socket(client=client), socket(client=client) as second:
            return await second.receive_json_from()

    assert asyncio.run(crowd("10.0.0.1"))["type"] == "connection_ack"
    assert asyncio.run(crowd("8.8.8.8"))["code"] == "too_many_sockets"
    assert not consumers.sockets._open
