import asyncio
import time

import pytest

from realtime.outbox import Outbox, group_of
from realtime.sealed import seal
from tests.realtime.stage import eventually, open_hub, tell, watching

pytestmark = pytest.mark.asyncio


async def test_a_lost_message_is_healed(board, valkey):
    topic = board.topic(stock=10)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        board.set(topic, "stock", 2, 9)  # and nobody says so

        await eventually(lambda: screen.shown == {"stock": 9})
    assert screen.types == ["snapshot", "update"]


async def test_the_same_version_with_another_value_is_healed(board, valkey):
    topic = board.topic(stock=10)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        board.set(topic, "stock", 1, 7)

        await eventually(lambda: screen.shown == {"stock": 7})


async def test_a_removed_key_means_a_fresh_snapshot(board, valkey):
    topic = board.topic(stock=10, extra=1)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        board.remove(topic, "extra")

        await eventually(lambda: screen.shown == {"stock": 10})
    assert screen.types == ["snapshot", "snapshot"]
    assert screen.seqs == [screen.seqs[0], screen.seqs[0] + 1]


async def test_a_topic_that_ceases_to_be_says_so(board, valkey):
    topic = board.topic(stock=10)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        board.remove(topic)

        await eventually(lambda: '"unknown_topic"' in screen.frames[-1])
        assert topic not in hub.feeds


async def test_without_redis_screens_follow_the_database(board, valkey):
    topic = board.topic(stock=10)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)
        valkey.kill()

        for version in range(2, 5):
            board.set(topic, "stock", version, 10 - version)
            await eventually(lambda left=10 - version: screen.shown == {"stock": left})

        newcomer = await watching_without_layer(hub, topic)
        assert newcomer.shown == {"stock": 6}


async def test_a_topic_first_watched_without_redis_is_served_and_joined_later(board, valkey):
    topic, other = board.topic(stock=10), board.topic(stock=1)
    layer = valkey.layer()
    async with open_hub(layer=layer, resync_every=0.5) as hub:
        await watching(hub, other)
        valkey.kill()
        screen = await watching_without_layer(hub, topic)

        valkey.start()
        await eventually(lambda: topic in hub._listener.joined, within=5)
        hub._resync_every = 60
        await asyncio.sleep(0.5)
        await tell_until(layer, topic, board.set(topic, "stock", 2, 9), screen, {"stock": 9})


async def test_when_redis_comes_back_all_is_read_anew_at_once(board, valkey):
    topic = board.topic(stock=10)
    async with open_hub(layer=valkey.layer(), resync_every=60) as hub:
        screen = await watching(hub, topic)
        await eventually(lambda: hub._listener.beats_heard > 0)
        valkey.kill()
        board.set(topic, "stock", 2, 9)
        await asyncio.sleep(1.5)
        assert screen.shown == {"stock": 10}

        valkey.start()
        await eventually(lambda: screen.shown == {"stock": 9}, within=5)


async def test_a_redis_that_hangs_holds_nobody_up(board, valkey):
    topic, other = board.topic(stock=10), board.topic(stock=1)
    layer = valkey.layer()
    async with open_hub(layer=layer, resync_every=0.5) as hub:
        screen = await watching(hub, topic)
        valkey.pause()

        board.set(topic, "stock", 2, 9)
        await eventually(lambda: screen.shown == {"stock": 9})
        newcomer = await watching_without_layer(hub, other)
        assert newcomer.shown == {"stock": 1}

        valkey.resume()
        await eventually(lambda: other in hub._listener.joined, within=5)


async def test_what_was_missed_before_a_late_joining_is_read(board, valkey):
    topic, other = board.topic(stock=10), board.topic(stock=1)
    async with open_hub(layer=valkey.layer(), resync_every=60) as hub:
        await watching(hub, other)
        valkey.pause()
        beats = hub._listener.beats_sent
        await eventually(lambda: hub._listener.beats_sent > beats)  # all waits behind it
        screen = await watching_without_layer(hub, topic)

        board.set(topic, "stock", 2, 9)
        valkey.resume()

        await eventually(lambda: screen.shown == {"stock": 9}, within=5)


async def test_what_is_published_while_a_slow_reading_goes_on_is_kept(board, valkey):
    topic = board.topic(stock=10)
    layer = valkey.layer()
    async with open_hub(layer=layer, resync_every=60) as hub:
        screen = await watching(hub, topic)

        board.gate.clear()
        reading = hub.feeds[topic].refresh()
        await eventually(lambda: board.num_reads == 2)
        await tell(layer, topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: screen.shown == {"stock": 9})  # though the reading hangs
        board.gate.set()
        await reading

        assert hub.feeds[topic]._state.held["stock"].version == 2


async def test_a_database_that_is_down_at_first_is_awaited(board, valkey):
    topic = board.topic(stock=10)
    board.failing = True
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        waiting = asyncio.create_task(watching(hub, topic))
        await eventually(lambda: board.num_reads >= 2)

        board.failing = False
        screen = await waiting

    assert screen.shown == {"stock": 10}


async def test_publishing_survives_a_restart_of_redis(board, valkey):
    topic = board.topic(stock=10)
    layer = valkey.layer()

    async def send(topic, changes, since):
        message = {"type": "changes", "topic": topic, "changes": changes}
        await layer.group_send(group_of(topic), message)

    async with open_hub(layer=valkey.layer(), resync_every=60) as hub:
        screen = await watching(hub, topic)
        outbox = Outbox(send=send)
        outbox.put(topic, [seal(board.set(topic, "stock", 2, 9))])
        await eventually(lambda: screen.shown == {"stock": 9})

        valkey.kill()
        valkey.start()
        await eventually(lambda: topic in subscribed(valkey), within=5)
        outbox.put(topic, [seal(board.set(topic, "stock", 3, 8))])  # over a stale connection

        await eventually(lambda: screen.shown == {"stock": 8})
        outbox.stop()


def subscribed(valkey):
    import redis

    with redis.Redis.from_url(valkey.url) as client:
        return b" ".join(client.pubsub_channels()).decode()


async def watching_without_layer(hub, topic):
    from tests.realtime.stage import BATCH, Screen

    screen = Screen()
    began = time.monotonic()
    hub.watch(screen.watcher, topic, BATCH)
    await eventually(lambda: screen.frames)
    assert time.monotonic() - began < 2
    return screen


async def tell_until(layer, topic, change, screen, shown):
    """Publish as often as it takes: the first may meet a stale connection."""
    for _ in range(20):
        try:
            await tell(layer, topic, change)
        except Exception:
            await asyncio.sleep(0.1)
            continue
        break
    await eventually(lambda: screen.shown == shown)
