"""Who is typing: counted by person, summed over processes, gone when they fall silent."""

import asyncio
import contextlib
import time

import pytest
from django.db import connection

from realtime import limits, typists
from realtime.hub import Hub
from realtime.presence import Presence
from realtime.reading import read
from realtime.topics import TopicKind
from tests.realtime.grids import DENSE
from tests.realtime.stage import Source, eventually, open_hub, socket, watching
from tests.realtime.test_entry import a_user, cookie_of


@pytest.fixture
def desk():
    """Topics whose watchers are told how many are typing."""
    return Source("desk", public=True, typing=True)


@pytest.fixture
def brisk(monkeypatch):
    """Let a signal fade within two seconds, and be told of at once."""
    monkeypatch.setattr(typists, "LASTS", 1.5)
    monkeypatch.setattr(typists, "PAUSE", 1.2)
    monkeypatch.setattr(typists, "TELL_EVERY", 0.1)


def typing(screen, topic):
    return screen.shown.get(f"typing.{topic}", {}).get("typing")


@contextlib.asynccontextmanager
async def sitting_at(topic, **headers):
    """Open a socket that watches `topic`."""
    async with socket(f"/ws/live?topics={topic}", **headers) as talk:
        assert (await talk.receive_json_from())["type"] == "connection_ack"
        assert (await talk.receive_json_from())["type"] == "snapshot"
        yield talk


async def signal(talk, topic):
    """Signal, and wait until that has been heard."""
    await talk.send_json_to({"type": "typing", "topic": topic})
    await talk.send_json_to({"type": "ping"})
    while (frame := await talk.receive_json_from())["type"] != "pong":
        assert frame["type"] == "update", frame


async def refusal(talk, topic):
    await talk.send_json_to({"type": "typing", "topic": topic})
    return await talk.receive_json_from()


@pytest.mark.asyncio
async def test_watchers_are_told_who_types_and_that_they_fell_silent(desk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub, sitting_at(topic) as talk:
        screen = await watching(hub, topic)
        await signal(talk, topic)
        began = time.monotonic()

        await eventually(lambda: typing(screen, topic) == 1, within=1.5)
        ident = topic.partition(".")[2]
        assert screen.shown[f"typing.{topic}"] == {"id": ident, "typing": 1}
        await eventually(lambda: typing(screen, topic) == 0, within=6)

    assert 3.9 < time.monotonic() - began < 5.5
    assert len(screen.frames) == 3, "a snapshot, one who types, none"


@pytest.mark.asyncio
async def test_sockets_of_nobody_in_particular_count_one_by_one(desk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub, sitting_at(topic) as one, sitting_at(topic) as other:
        screen = await watching(hub, topic)
        await signal(one, topic)
        await signal(other, topic)

        await eventually(lambda: typing(screen, topic) == 2)


@pytest.mark.django_db(transaction=True)
def test_a_person_counts_once_however_many_sockets_and_sessions_they_have(desk):
    topic = desk.topic(stock=10)
    alice, bob = a_user(), a_user("bob")
    cookies = [cookie_of(alice), cookie_of(alice), cookie_of(bob)]

    async def look():
        async with contextlib.AsyncExitStack() as stack:
            hub = await stack.enter_async_context(open_hub())
            screen = await watching(hub, topic)
            desks = [sitting_at(topic, cookie=cookie) for cookie in (*cookies, cookies[0])]
            for talk in [await stack.enter_async_context(one) for one in desks]:
                await signal(talk, topic)
            await eventually(lambda: typing(screen, topic) is not None)
            await asyncio.sleep(1.2)
            return typing(screen, topic)

    assert asyncio.run(look()) == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_cannot_be_named_is_not_counted_and_stays(desk):
    topic = desk.topic(stock=10)
    cookie = cookie_of(a_user())

    async def look():
        async with open_hub() as hub, sitting_at(topic, cookie=cookie) as talk:
            screen = await watching(hub, topic)
            await read(rename, "accounts_session", "elsewhere")
            try:
                await signal(talk, topic)
                await asyncio.sleep(1.2)
                unnamed = typing(screen, topic)
            finally:
                await read(rename, "elsewhere", "accounts_session")
            await signal(talk, topic)
            await eventually(lambda: typing(screen, topic) == 1)
            return unnamed

    assert asyncio.run(look()) is None


@pytest.mark.asyncio
async def test_who_signals_without_pause_counts_no_longer(desk, brisk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub, sitting_at(topic) as talk:
        screen = await watching(hub, topic)
        await signal(talk, topic)
        began = time.monotonic()

        await asyncio.sleep(0.9)
        await signal(talk, topic)
        await eventually(lambda: typing(screen, topic) == 0)

    assert time.monotonic() - began < 2.2, "and not 0.9 seconds later"


@pytest.mark.asyncio
async def test_who_goes_on_typing_goes_on_counting(desk, brisk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub, sitting_at(topic) as talk:
        screen = await watching(hub, topic)
        await signal(talk, topic)

        await asyncio.sleep(1.3)
        await signal(talk, topic)
        await asyncio.sleep(0.9)

    assert [typing(screen, topic), len(screen.frames)] == [1, 2]


@pytest.mark.asyncio
async def test_processes_are_added_up(desk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub:
        other = Hub()
        await eventually(other._listener.ready.is_set)
        here, there = await watching(hub, topic), await watching(other, topic)

        hub.typists.signal(topic, "alice")
        for person in ("bob", "charlie"):
            other.typists.signal(topic, person)

        await eventually(lambda: typing(here, topic) == typing(there, topic) == 3)
        await eventually(lambda: typing(here, topic) == typing(there, topic) == 0, within=7)
        await other.stop()


@pytest.mark.asyncio
async def test_a_process_that_dies_falls_silent_within_seconds(redis):
    alive, dead = (Presence("typing", lifetime=typists.LIFETIME) for _ in range(2))
    await dead.sum({"desk.1": 5})

    assert (await alive.sum({"desk.1": 2}))[0] == {"desk.1": 7}
    assert redis.keys("jari:*") == [b"jari:typing:desk.1"]
    assert 0 < redis.pttl("jari:typing:desk.1") <= 4000


@pytest.mark.asyncio
async def test_without_redis_a_process_tells_of_its_own(desk, settings, valkey):
    topic = desk.topic(stock=10)
    settings.REDIS_URL = valkey.url
    async with open_hub() as hub:
        other = Hub()
        await eventually(other._listener.ready.is_set)
        here, there = await watching(hub, topic), await watching(other, topic)
        valkey.kill()

        hub.typists.signal(topic, "alice")

        await eventually(lambda: typing(here, topic) == 1)
        assert typing(there, topic) is None
        await other.stop()


@pytest.mark.asyncio
async def test_a_crowd_that_types_costs_a_frame_a_second(desk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)

        for person in range(300):
            hub.typists.signal(topic, person)
            await asyncio.sleep(0.005)
        await eventually(lambda: typing(screen, topic) == 300)

    assert len(screen.frames) <= 4


@pytest.mark.asyncio
async def test_nobody_is_told_that_nobody_types(desk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        await asyncio.sleep(1.3)

    assert screen.shown == {"stock": 10}


@pytest.mark.asyncio
async def test_a_reading_forgets_no_one_and_a_newcomer_is_told(desk):
    topic = desk.topic(stock=10)
    async with open_hub(resync_every=0.3) as hub:
        screen = await watching(hub, topic)
        hub.typists.signal(topic, "alice")
        await eventually(lambda: typing(screen, topic) == 1)
        await asyncio.sleep(0.8)
        newcomer = await watching(hub, topic)

    assert typing(newcomer, topic) == 1
    assert len(screen.frames) == 2


@pytest.mark.asyncio
async def test_who_comes_back_is_not_told_of_those_who_fell_silent_meanwhile(desk, brisk):
    topic = desk.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        hub.typists.signal(topic, "alice")
        await eventually(lambda: typing(screen, topic) == 1)
        hub.leave(screen.watcher)
        await asyncio.sleep(1.7)

        back = await watching(hub, topic)

        await eventually(lambda: typing(back, topic) == 0)


@pytest.mark.asyncio
async def test_nothing_is_kept_of_who_fell_silent(desk, brisk, redis):
    topic = desk.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        hub.typists.signal(topic, "alice")
        await eventually(lambda: typing(screen, topic) == 1)
        await eventually(lambda: typing(screen, topic) == 0)

        assert hub.typists._signals == {}
        assert not redis.keys("jari:typing:*")


@pytest.mark.asyncio
async def test_only_who_watches_may_type_and_only_where_it_is_told(desk, board):
    watched, unwatched, silent = desk.topic(), desk.topic(), board.topic(stock=1)
    async with open_hub() as hub, sitting_at(f"{watched},{silent}") as talk:
        await talk.receive_json_from()  # the other snapshot

        refusals = {
            topic: (await refusal(talk, topic))["code"] for topic in (unwatched, silent, "desk..")
        }
        for _ in range(limits.BLUNDERS):
            assert (await refusal(talk, silent))["topic"] == silent
        await signal(talk, watched)

        assert hub.typists._signals.keys() == {watched}
    assert refusals == {
        unwatched: "not_watched",
        silent: "typing_refused",
        "desk..": "unknown_topic",
    }


@pytest.mark.parametrize("fields", [{}, {"topic": 7}, {"topics": []}, {"topics": "desk.1"}])
@pytest.mark.asyncio
async def test_a_signal_without_sense_is_malformed(desk, fields):
    async with open_hub(), sitting_at(desk.topic(stock=1)) as talk:
        await talk.send_json_to({"type": "typing", **fields})

        assert (await talk.receive_json_from())["code"] == "malformed"


@pytest.mark.asyncio
async def test_a_dense_kind_has_no_typing():
    with pytest.raises(TypeError, match="dense"):
        TopicKind(prefix="grid", snapshots=lambda idents: {}, dense=DENSE, typing=True)


def rename(old, new):
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
