import asyncio
import time

import pytest
from channels.layers import get_channel_layer

from realtime.frames import Style
from realtime.topics import Change
from tests.realtime.stage import BATCH, Screen, eventually, open_hub, tell, watching

pytestmark = pytest.mark.asyncio


async def test_a_new_watcher_gets_a_snapshot_and_then_updates(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)

        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: screen.shown == {"stock": 9})

    assert screen.types == ["snapshot", "update"]
    assert screen.seqs[1] == screen.seqs[0] + 1


async def test_five_hundred_changes_a_second_reach_a_screen_as_twenty_frames(board):
    topic = board.topic(stock=1000)
    async with open_hub() as hub:
        screen = await watching(hub, topic)

        began = time.monotonic()
        for version in range(2, 502):
            change = board.set(topic, "stock", version, 1000 - version)
            await tell(get_channel_layer(), topic, change)
            await asyncio.sleep(max(0, began + version / 500 - time.monotonic()))
        took = time.monotonic() - began
        await eventually(lambda: screen.shown == {"stock": 1000 - 501})

    assert len(screen.frames) - 1 <= 20 * took + 2
    assert screen.seqs == list(range(screen.seqs[0], screen.seqs[0] + len(screen.seqs)))


async def test_a_change_on_a_quiet_topic_goes_out_at_once(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        await asyncio.sleep(0.06)

        began = time.monotonic()
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: len(screen.frames) == 2)

    assert screen.times[-1] - began < 0.045


async def test_repeated_and_late_changes_change_nothing(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        layer = get_channel_layer()

        await tell(layer, topic, Change("stock", "told", 5, 5))
        await tell(layer, topic, Change("stock", "told", 5, 5))
        await tell(layer, topic, Change("stock", "told", 3, 7))
        await tell(layer, topic, Change("seat", "told", 2, "taken"))
        await eventually(lambda: "seat" in screen.shown)

    assert screen.shown == {"stock": 5, "seat": "taken"}
    assert screen.seqs[-1] - screen.seqs[0] <= 2


async def test_many_watchers_cost_one_reading(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screens = [Screen() for _ in range(1000)]
        for screen in screens:
            hub.watch(screen.watcher, topic, BATCH)
        await eventually(lambda: all(screen.frames for screen in screens))
        late = await watching(hub, topic)

    assert board.num_reads == 1
    assert {screen.frames[0] for screen in screens} == {late.frames[0]}


async def test_a_topic_stays_warm_for_a_moment_and_is_then_left(board):
    topic = board.topic(stock=10)
    async with open_hub(linger=0.4) as hub:
        screen = await watching(hub, topic)

        hub.leave(screen.watcher)
        again = await watching(hub, topic)
        assert board.num_reads == 1

        hub.leave(again.watcher)
        await eventually(lambda: not hub.feeds and not hub._listener.joined)


async def test_who_left_hears_nothing_more(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        gone, here = await watching(hub, topic), await watching(hub, topic)

        hub.unwatch(gone.watcher, topic)
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: here.shown == {"stock": 9})

    assert gone.shown == {"stock": 10}


async def test_html_is_the_fragments_in_the_watchers_language(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        korean = await watching(hub, topic, Style("html", "ko"))
        english = await watching(hub, topic, Style("html", "en"))

        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: len(korean.frames) == len(english.frames) == 2)

    assert korean.frames[0] == '<p id="stock" hx-swap-oob="true" lang="ko">10</p>'
    assert korean.frames[1] == '<p id="stock" hx-swap-oob="true" lang="ko">9</p>'
    assert english.frames[1] == '<p id="stock" hx-swap-oob="true" lang="en">9</p>'


async def test_events_are_one_frame_a_change(board):
    topic = board.topic(stock=10, seats=3)
    async with open_hub() as hub:
        screen = await watching(hub, topic, Style("events"))

    assert len(screen.frames) == 2
    assert screen.types == ["told", "told"]
    assert '"data":10' in "".join(screen.frames)


async def test_a_feed_that_dies_is_started_again(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        screen.broken = True

        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: not screen.broken)
        await eventually(lambda: screen.shown == {"stock": 9})


async def test_a_message_without_sense_is_passed_over(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        layer = get_channel_layer()

        for junk in ({"type": "changes"}, {"type": "changes", "topic": topic, "changes": [[1, 2]]}):
            await layer.group_send(f"topic.{topic}", junk)
        await tell(layer, topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: screen.shown == {"stock": 9})


async def test_the_layers_connection_survives_six_idle_seconds(board):
    topic = board.topic(stock=10)
    async with open_hub(resync_every=60) as hub:
        screen = await watching(hub, topic)

        await asyncio.sleep(6.2)  # longer than the five seconds some clients give a quiet socket
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: screen.shown == {"stock": 9})


async def test_who_comes_or_recovers_while_a_flush_is_rendered_gets_a_snapshot_first(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        await watching(hub, topic, Style("html", "en"))
        slow = await watching(hub, topic)
        slow.stuck = True
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: all(watch.behind for watch in slow.watcher.watches.values()))
        board.press.clear()
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 3, 8))
        await eventually(lambda: board.num_pressed == 3)

        slow.recover()
        newcomer = Screen()
        hub.watch(newcomer.watcher, topic, BATCH)
        board.press.set()
        await eventually(lambda: newcomer.shown == slow.shown == {"stock": 8})

    assert newcomer.types == ["snapshot"]
    assert slow.types == ["snapshot", "snapshot"]
