import asyncio
import re

import pytest

from core.metrics import render
from realtime.publish import publish
from tests.realtime.stage import eventually, open_hub, socket, watching


def read():
    """Return all numbers of the pipes, by name."""
    lines = re.findall(
        r"^(jari_(?:live|published)_\w+?)(?:_total)? (\S+)$", render().decode(), re.M
    )
    return {name: float(number) for name, number in lines}


def test_operators_see_what_the_pipes_do(board):
    topic = board.topic(stock=10)
    before = read()

    async def play():
        async with open_hub(resync_every=0.5) as hub, socket():
            screen = await watching(hub, topic)
            slow = await watching(hub, topic)
            slow.stuck = True
            read_at = hub.feeds[topic].read_at
            await eventually(lambda: hub.feeds[topic].read_at > read_at)
            await asyncio.sleep(0.1)  # no resync heals now what is about to be told
            await asyncio.to_thread(publish, topic, [board.set(topic, "stock", 2, 9)])
            await eventually(lambda: screen.shown == {"stock": 9})
            board.set(topic, "stock", 3, 8)
            await eventually(lambda: screen.shown == {"stock": 8})
            return read()  # not the gauges: a hub that another test has left behind sets them too

    during = asyncio.run(play())
    change = {name: number - before.get(name, 0) for name, number in during.items()}
    assert change["jari_live_connections"] == 1
    assert change["jari_live_changes_in"] == 1
    assert change["jari_live_healed"] == 1
    assert change["jari_live_skipped"] >= 1
    assert change["jari_live_frames_out"] >= 4
    assert change["jari_live_bytes_out"] > 200
    assert change["jari_live_flush_seconds_count"] >= 3
    assert change["jari_published_changes"] == change["jari_published_messages"] == 1
    assert change["jari_live_commit_to_write_seconds_count"] == 1
    assert 0 < change["jari_live_commit_to_write_seconds_sum"] < 0.5


@pytest.mark.asyncio
async def test_changes_that_were_overtaken_are_counted(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        before = read()

        for version in range(2, 22):
            publish(topic, [board.set(topic, "stock", version, version)])
            await asyncio.sleep(0.005)
        await eventually(lambda: screen.shown == {"stock": 21})

    after = read()
    arrived = after["jari_live_changes_in"] - before["jari_live_changes_in"]
    overtaken = after["jari_live_coalesced"] - before["jari_live_coalesced"]
    assert arrived - overtaken == len(screen.frames) - 1
