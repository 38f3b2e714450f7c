"""The short way to a socket: a flush writes without asking, so whatever shuts it must say so."""

import asyncio
import contextlib
import json
import socket

import pytest
import websocket as client
from channels.layers import get_channel_layer
from websockets.frames import Frame, Opcode

from realtime.feeds import BREATH
from realtime.frames import CLOSE_CODES, encode
from realtime.publish import publish
from realtime.routing import websocket
from tests.realtime.stage import (
    BATCH,
    Screen,
    eventually,
    open_hub,
    serving,
    tell,
    wait_for,
    watching,
)

UPDATE = encode({"type": "update"}).wire


@pytest.mark.asyncio
async def test_a_socket_that_was_full_and_missed_nothing_needs_no_snapshot(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        await eventually(lambda: screen.shown == {"stock": 10})

        screen.stuck = True
        screen.recover()
        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: screen.shown == {"stock": 9})

    assert screen.types == ["snapshot", "update"]


@pytest.mark.asyncio
async def test_a_watch_that_ended_while_others_are_written_to_gets_nothing(board):
    topic = board.topic(stock=10)
    async with open_hub() as hub:
        screen = await watching(hub, topic)
        watch = screen.watcher.watches[topic]

        hub.leave(screen.watcher)
        watch.put(encode({"type": "update"}))

    assert screen.types == ["snapshot"]


@pytest.mark.asyncio
async def test_who_leaves_between_two_breaths_of_a_flush_gets_nothing(board):
    topic = board.topic(stock=10)
    left = []

    def leave():
        if not left:
            left.extend(screen for screen in screens if screen.types == ["snapshot"])
            for screen in left:
                hub.leave(screen.watcher)

    class Alarming(Screen):
        def write(self, frames):
            if self.frames:
                asyncio.get_running_loop().call_soon(leave)
            return super().write(frames)

    screens = [Alarming() for _ in range(BREATH + 20)]
    async with open_hub() as hub:
        for screen in screens:
            hub.watch(screen.watcher, topic, BATCH)
        await eventually(lambda: all(screen.frames for screen in screens))
        await eventually(lambda: topic in hub._listener.joined)

        await tell(get_channel_layer(), topic, board.set(topic, "stock", 2, 9))
        await eventually(lambda: left)
        await asyncio.sleep(0.05)

    assert len(left) == 20
    assert {tuple(screen.types) for screen in left} == {("snapshot",)}


def close_with_a_code(line):
    line.close(CLOSE_CODES["too_slow"])


def say_goodbye(line):
    frame = Frame(Opcode.CLOSE, (1000).to_bytes(2, "big")).serialize(mask=True)
    line.data_received(bytes(frame))


def speak_nonsense(line):
    line.data_received(b"\xff\xff\xff\xff\xff\xff\xff\xff")


def answer_no_ping(line):
    line.keepalive_timeout()


def shut_down(line):
    line._shut_down()


ENDS = [close_with_a_code, say_goodbye, speak_nonsense, answer_no_ping, shut_down]


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_written_once_a_socket_is_closed_from_either_side(board, end):
    with unread(board) as (line, puts):
        before, after = on_its_loop(line, lambda: written(line, end, puts))

    assert after == before > 0


def test_a_lost_line_takes_writes_without_a_sound(board, caplog):
    with unread(board) as (line, puts):
        on_its_loop(line, line.transport.abort)
        wait_for(lambda: line.disconnected)

        on_its_loop(line, lambda: [put(UPDATE) for put in puts()])

    assert not caplog.records


def written(line, end, puts):
    """End `line` and write on; return what waited for the peer before and after."""
    end(line)
    before = line.transport.get_write_buffer_size()
    for put in puts():
        put(UPDATE)
    return before, line.transport.get_write_buffer_size()


@contextlib.contextmanager
def unread(board):
    """Have a socket whose peer does not read, so that bytes wait in it; yield it and its puts."""
    topic = board.topic(number=0)
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    with serving(websocket) as server:
        address = f"ws://127.0.0.1:{server.port}/ws/live?topics={topic}"
        talk = client.create_connection(address, timeout=5, sockopt=small)
        try:
            assert json.loads(talk.recv())["type"] == "connection_ack"
            assert json.loads(talk.recv())["type"] == "snapshot"
            (line,) = server.server_state.connections
            watch = line.on_full.__self__.watches[topic]
            for version in range(2, 200):
                publish(topic, [board.set(topic, "number", version, "x" * 10_000)])
                wait_for(lambda known=version: newest_of(watch) == known)
                if line.transport.get_write_buffer_size():
                    break
            assert not watch.behind
            yield line, lambda: [watch.put]
        finally:
            talk.shutdown()


def newest_of(watch):
    changes = watch.feed._state.whole()
    return changes[0].version


def on_its_loop(line, work):
    """Do `work` where `line` lives, and return what it returned."""

    async def do():
        return work()

    return asyncio.run_coroutine_threadsafe(do(), line.loop).result(5)
