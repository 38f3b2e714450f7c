import asyncio
import time

import pytest
from channels.layers import get_channel_layer

from realtime import eager, frames
from realtime.pace import Pace
from realtime.sinks import AsgiSink
from tests.realtime.stage import BATCH, eventually, open_hub, tell, watching

pytestmark = pytest.mark.asyncio


class Server:
    """Plays a server's `send`, whose buffer may be full."""

    def __init__(self):
        self.sent = []
        self.writable = asyncio.Event()
        self.writable.set()

    async def send(self, message):
        await self.writable.wait()
        self.sent.append(message.get("text") or message["code"])


async def test_a_watcher_that_cannot_keep_up_is_skipped_and_then_gets_a_snapshot(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        slow, quick = await watching(hub, topic), await watching(hub, topic)
        layer = get_channel_layer()

        slow.stuck = True
        for version in range(2, 5):
            await tell(layer, topic, board.set(topic, "stock", version, 10 - version))
            await eventually(lambda left=10 - version: quick.shown == {"stock": left})
        assert len(slow.frames) == 1

        slow.recover()
        await eventually(lambda: slow.shown == {"stock": 6})
        await tell(layer, topic, board.set(topic, "stock", 5, 5))
        await eventually(lambda: slow.shown == {"stock": 5})

    assert slow.types == ["snapshot", "snapshot", "update"]
    assert slow.seqs[2] == slow.seqs[1] + 1


async def test_a_full_buffer_takes_one_frame_and_no_more():
    server = Server()
    sink = AsgiSink(server.send, on_dead=lambda: None)
    drained = asyncio.Event()
    sink.on_drained = drained.set
    one, two = frames.encode({"n": 1}), frames.encode({"n": 2})

    server.writable.clear()
    assert sink.write(one)
    assert not sink.write(two)
    server.writable.set()
    await asyncio.wait_for(drained.wait(), 1)

    assert server.sent == ['{"n":1}']
    assert sink.write(two)
    assert server.sent == ['{"n":1}', '{"n":2}']


async def test_a_writer_never_waits_for_a_socket():
    server = Server()
    sink = AsgiSink(server.send, on_dead=lambda: None)
    server.writable.clear()

    began = time.monotonic()
    for _ in range(10_000):
        sink.write(frames.encode({}))

    assert time.monotonic() - began < 1
    assert len(asyncio.all_tasks()) <= 3
    server.writable.set()
    await eventually(lambda: sink._writing is None)


async def test_a_stuck_socket_is_closed_1013():
    server = Server()
    sink = AsgiSink(server.send, on_dead=lambda: None)
    sink.stuck_after = 0.05
    server.writable.clear()
    sink.write(frames.encode({}))
    await eventually(lambda: sink._closing)
    server.writable.set()

    await eventually(lambda: 1013 in server.sent)


async def test_a_socket_that_does_not_even_close_is_ended(monkeypatch):
    monkeypatch.setattr("realtime.sinks.CLOSING_TIMEOUT", 0.05)
    server, ended = Server(), asyncio.Event()
    sink = AsgiSink(server.send, on_dead=ended.set)
    sink.stuck_after = 0.05
    server.writable.clear()
    sink.write(frames.encode({}))

    await asyncio.wait_for(ended.wait(), 1)
    assert sink.write(frames.encode({})) in {True, False}  # nothing breaks


async def test_a_socket_that_is_gone_disturbs_nobody():
    async def gone(message):
        raise OSError("closed")

    sink = AsgiSink(gone, on_dead=lambda: None)

    assert sink.write(frames.encode({}))
    await sink.say(frames.encode({}))


async def test_an_eager_start_makes_a_task_only_for_what_waits():
    noted = []
    gate = asyncio.get_running_loop().create_future()

    async def quick():
        noted.append("quick")

    async def slow():
        await asyncio.sleep(0)
        noted.append(await gate)
        raise KeyError("told")

    assert eager.start(quick()) is None
    task = eager.start(slow())
    gate.set_result("slow")
    with pytest.raises(KeyError, match="told"):
        await task
    assert noted == ["quick", "slow"]


async def test_an_eager_task_can_be_cancelled():
    noted = []

    async def work():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            noted.append("cancelled")
            raise

    task = eager.start(work())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert noted == ["cancelled"]


async def test_no_more_than_half_the_time_is_spent_writing():
    pace, now, written = Pace(), 0.0, 0.0

    while now < 10:
        now += pace.delay(now=now)
        now += 0.2
        written += 0.2
        pace.spend(0.2, now=now)

    assert 0.45 < written / now <= 0.55


async def test_small_writes_are_not_held_up():
    pace, now = Pace(), 0.0

    for _ in range(100):
        now += 0.05
        assert pace.delay(now=now) == 0
        pace.spend(0.001, now=now)


async def test_the_hub_takes_breaths_while_it_writes_to_many(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        first = await watching(hub, topic)
        for _ in range(2000):
            hub.watch(await a_screen(), topic, BATCH)
        longest = 0.0

        async def feel_the_pulse():
            nonlocal longest
            while first.shown != {"stock": 9}:
                began = time.monotonic()
                await asyncio.sleep(0)
                longest = max(longest, time.monotonic() - began)

        pulse = asyncio.create_task(feel_the_pulse())
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await asyncio.wait_for(pulse, 5)

    assert longest < 0.2


async def a_screen():
    from tests.realtime.stage import Screen

    return Screen().watcher
