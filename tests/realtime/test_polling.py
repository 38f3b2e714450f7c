import asyncio

import pytest
from django.conf import settings as house
from django.test import Client

from tests.realtime.stage import open_hub, socket
from tests.realtime.test_entry import a_user, an_entry

pytestmark = pytest.mark.django_db


def test_polling_gives_the_snapshots_of_the_socket(client, board):
    topic, other = board.topic(stock=10), board.topic(seat="free")

    answer = client.get(f"/api/live?topics={topic},{other}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    first, second = answer.json()["snapshots"]
    assert (first["type"], first["topic"]) == ("snapshot", topic)
    assert first["changes"] == [{"key": "stock", "kind": "told", "version": 1, "value": 10}]
    assert second["changes"][0]["value"] == "free"
    assert answer["Server-Time"].endswith("Z")


def test_what_has_not_changed_costs_a_304(client, board):
    topic = board.topic(stock=10)
    etag = client.get(f"/api/live?topics={topic}")["ETag"]

    same = client.get(f"/api/live?topics={topic}", headers={"If-None-Match": etag})
    board.set(topic, "stock", 2, 9)
    fresh = client.get(f"/api/live?topics={topic}", headers={"If-None-Match": etag})

    assert (same.status_code, same.content) == (304, b"")
    assert same["Server-Time"]
    assert fresh.status_code == 200
    assert fresh["ETag"] != etag


def test_polling_gives_fragments_in_the_language_of_the_page(client, board):
    topic = board.topic(stock=10)
    path = f"/api/live?topics={topic}&format=html"

    answer = client.get(path, headers={"Accept-Language": "en"})

    assert answer["Content-Type"].startswith("text/html")
    assert answer.content.decode() == '<p id="stock" hx-swap-oob="true" lang="en">10</p>'
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "invalid"),
        ("?topics=", 400, "invalid"),
        ("?topics=,,", 400, "invalid"),
        ("?topics=nothing.1", 404, "unknown_topic"),
        ("?topics=board.unknown", 404, "unknown_topic"),
        ("?topics=board.%00", 404, "unknown_topic"),
        ("?topics=diary.1_x", 401, "not_signed_in"),
        ("?topics=" + ",".join(f"board.{n}" for n in range(21)), 422, "too_many_topics"),
        ("?topics=board.1&format=xml", 400, "invalid"),
    ],
)
def test_polling_says_no_as_a_problem(client, board, diary, query, status, code):
    answer = client.get(f"/api/live{query}")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_polling_shows_private_topics_to_their_owner_alone(client, diary):
    alice, bob = a_user(), a_user("bob")
    topic = an_entry(diary, alice)

    client.force_login(alice)
    assert client.get(f"/api/live?topics={topic}").status_code == 200
    client.force_login(bob)
    assert client.get(f"/api/live?topics={topic}").json()["code"] == "forbidden"


def test_a_public_topic_is_polled_without_a_query(client, board, django_assert_num_queries):
    topic = board.topic(stock=10)

    with django_assert_num_queries(0):
        client.get(f"/api/live?topics={topic}")


def test_a_ticket_is_for_who_is_signed_in(client):
    assert client.post("/api/live/ticket").status_code == 401

    client.force_login(a_user())
    answer = client.post("/api/live/ticket")

    assert answer.status_code == 200
    body = answer.json()
    assert body["expires_in"] == 30
    assert body["url"].endswith(f"/ws/live?ticket={body['ticket']}")
    assert answer["Cache-Control"] == "no-store"


def test_a_ticket_asks_for_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_user())

    assert client.post("/api/live/ticket").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_ticket_from_the_api_opens_a_socket(client, diary):
    alice = a_user()
    topic = an_entry(diary, alice)
    client.force_login(alice)
    ticket = client.post("/api/live/ticket").json()["ticket"]

    async def look():
        path = f"/ws/live?topics={topic}&ticket={ticket}"
        async with open_hub(), socket(path) as talk:
            await talk.receive_json_from()
            return await talk.receive_json_from()

    assert asyncio.run(look())["changes"][0]["value"] == "diary"


def test_pages_may_connect_to_the_live_process(client, settings):
    settings.LIVE_PORT, settings.LIVE_URL = 8001, ""

    page = client.get("/accounts/sign-in", headers={"host": "jari.example:8000"})
    answer = client.get("/api/live")

    assert "connect-src 'self' ws://jari.example:8001;" in page["Content-Security-Policy"] + ";"
    assert "Content-Security-Policy" not in answer  # composing it costs a tenth of a hold


@pytest.mark.parametrize(
    ("live_url", "secure", "host", "expected"),
    [
        ("", False, "testserver:8000", "ws://testserver:8001/ws/live"),
        ("", True, "testserver", "wss://testserver:8001/ws/live"),
        ("", False, "[::1]:8000", "ws://[::1]:8001/ws/live"),
        ("", False, "bad host", "ws://localhost:8001/ws/live"),
        ("wss://live.example", False, "testserver", "wss://live.example/ws/live"),
        ("wss://live.example/", False, "testserver", "wss://live.example/ws/live"),
        ("wss://live.example/sockets", False, "testserver", "wss://live.example/sockets"),
        ("/ws/live", True, "testserver", "wss://testserver/ws/live"),
        ("/", False, "testserver:8080", "ws://testserver:8080/ws/live"),
    ],
)
def test_the_address_of_the_sockets(settings, rf, live_url, secure, host, expected):
    from realtime.context import live

    settings.LIVE_PORT, settings.LIVE_URL = 8001, live_url
    settings.ALLOWED_HOSTS = ["*"]
    request = rf.get("/", secure=secure, headers={"host": host})

    assert live(request)["live_url"] == expected
    assert house.LIVE_PORT == 8001
