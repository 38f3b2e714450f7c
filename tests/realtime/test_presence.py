import asyncio

import pytest

from realtime import presence
from realtime.frames import Style
from realtime.hub import Hub
from realtime.presence import Presence
from tests.realtime.stage import BATCH, Screen, Source, eventually, open_hub, watching

pytestmark = pytest.mark.asyncio


@pytest.fixture
def hall():
    """Topics whose watchers are told how many they are."""
    return Source("hall", public=True, presence=True)


def viewers(screen, topic):
    return screen.shown.get(f"viewers.{topic}", {}).get("viewers")


async def test_watchers_are_told_how_many_they_are(hall):
    topic = hall.topic(stock=10)
    async with open_hub() as hub:
        first, second = await watching(hub, topic), await watching(hub, topic)
        await eventually(lambda: viewers(first, topic) == viewers(second, topic) == 2)

        hub.leave(second.watcher)
        await eventually(lambda: viewers(first, topic) == 1)

    assert first.shown[f"viewers.{topic}"] == {"id": topic.partition(".")[2], "viewers": 1}


async def test_processes_are_added_up(hall):
    topic = hall.topic(stock=10)
    async with open_hub() as hub:
        other = Hub()
        await eventually(other._listener.ready.is_set)
        here, there = await watching(hub, topic), await watching(other, topic)
        await watching(other, topic)

        await eventually(lambda: viewers(here, topic) == viewers(there, topic) == 3)
        for watch in list(other.feeds[topic].watches):
            other.leave(watch.watcher)
        await eventually(lambda: viewers(here, topic) == 1)
        await other.stop()


async def test_who_dies_stops_counting(hall, monkeypatch):
    monkeypatch.setattr(presence, "LIFETIME", 400)
    alive, dead = Presence(), Presence()
    await dead.sum({"hall.1": 5})
    assert (await alive.sum({"hall.1": 2}))[0] == {"hall.1": 7}

    await asyncio.sleep(0.5)

    assert (await alive.sum({"hall.1": 2}))[0] == {"hall.1": 2}


async def test_nothing_stays_behind_in_redis(hall, redis):
    process = Presence()
    await process.sum({"hall.1": 2, "hall.2": 1})
    await process.sum({"hall.2": 1})

    assert redis.keys("jari:viewers:*") == [b"jari:viewers:hall.2"]
    assert 0 < redis.pttl("jari:viewers:hall.2") <= presence.LIFETIME


async def test_versions_never_go_back_when_redis_does(hall, settings, valkey):
    process = Presence()
    _, first = await process.sum({"hall.1": 1})
    settings.REDIS_URL = valkey.url
    valkey.kill()

    sums, second = await process.sum({"hall.1": 1})

    assert sums == {"hall.1": 1}
    assert second > first


async def test_without_redis_a_process_counts_its_own(hall, settings, valkey):
    topic = hall.topic(stock=10)
    settings.REDIS_URL = valkey.url
    async with open_hub() as hub:
        other = Hub()
        await eventually(other._listener.ready.is_set)
        here, _ = await watching(hub, topic), await watching(other, topic)
        await eventually(lambda: viewers(here, topic) == 2)

        valkey.kill()
        await eventually(lambda: viewers(here, topic) == 1)
        valkey.start()
        await eventually(lambda: viewers(here, topic) == 2)
        await other.stop()


async def test_a_crowd_that_comes_costs_a_frame_a_second(hall, redis):
    topic = hall.topic(stock=10)
    async with open_hub() as hub:
        first = await watching(hub, topic)
        await eventually(lambda: viewers(first, topic) == 1)
        num_frames, num_calls = len(first.frames), calls(redis)

        for _ in range(300):
            hub.watch(Screen().watcher, topic, BATCH)
            await asyncio.sleep(0.005)
        await eventually(lambda: viewers(first, topic) == 301)

    assert len(first.frames) - num_frames <= 4
    assert calls(redis) - num_calls <= 4


async def test_what_has_not_changed_is_not_told_again_and_survives_a_reading(hall):
    topic = hall.topic(stock=10)
    async with open_hub(resync_every=0.3) as hub:
        screen = await watching(hub, topic)
        await eventually(lambda: viewers(screen, topic) == 1)
        num_frames = len(screen.frames)

        await asyncio.sleep(2.2)
        newcomer = await watching(hub, topic)

    assert len(screen.frames) == num_frames
    assert viewers(newcomer, topic) == 1


async def test_pages_get_a_fragment(hall):
    topic = hall.topic(stock=10)
    async with open_hub() as hub:
        screen = Screen()
        hub.watch(screen.watcher, topic, Style("html", "en"))

        await eventually(lambda: f'id="viewers.{topic}"' in "".join(screen.frames))


async def test_other_topics_are_not_counted(board, redis):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        await asyncio.sleep(1.2)

    assert screen.shown == {"stock": 10}
    assert not redis.keys("jari:viewers:*")


def calls(redis):
    return redis.info("commandstats")["cmdstat_evalsha"]["calls"]
