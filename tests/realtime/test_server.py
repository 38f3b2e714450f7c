"""The pipes behind real servers: uvicorn as the live process runs it, and Daphne."""

import asyncio
import contextlib
import json
import socket
import time

import pytest
import websocket as client

from realtime import limits
from realtime.publish import publish
from realtime.routing import websocket
from tests.realtime.stage import daphne, serving, wait_for


@pytest.fixture
def uvicorn():
    """Run the live process's application as the live process does."""
    with serving(websocket) as server:
        server.address = f"ws://127.0.0.1:{server.port}/ws/live"
        yield server


@pytest.fixture(scope="session")
def runserver(servers):
    """Run it on Daphne, as `runserver` does."""
    daphne.start()
    daphne.address = f"ws://127.0.0.1:{daphne.port}/ws/live"
    yield daphne
    daphne.stop()


@pytest.fixture(params=["uvicorn", "runserver"])
def live(request):
    """Run either server; give its address."""
    return request.getfixturevalue(request.param)


@contextlib.contextmanager
def opened(live, query="", **options):
    talk = client.create_connection(live.address + query, timeout=5, **options)
    try:
        assert json.loads(talk.recv())["type"] == "connection_ack"
        yield talk
    finally:
        talk.shutdown()


def newest(talk):
    """Return the newest values that have reached `talk`."""
    frame = json.loads(talk.recv())
    return frame["type"], {change["key"]: change["value"] for change in frame["changes"]}


def closing_code(talk):
    while True:
        opcode, payload = talk.recv_data()
        if opcode == client.ABNF.OPCODE_CLOSE:
            return int.from_bytes(payload[:2], "big")


def test_what_is_published_is_on_the_wire_at_once(live, board):
    topic = board.topic(stock=10)
    with opened(live, f"?topics={topic}") as talk:
        assert newest(talk) == ("snapshot", {"stock": 10})
        time.sleep(0.1)

        began = time.monotonic()
        publish(topic, [board.set(topic, "stock", 2, 9)])

        assert newest(talk) == ("update", {"stock": 9})
        assert time.monotonic() - began < 0.1


def test_two_hundred_watchers_see_the_same(live, board):
    topic = board.topic(stock=10)
    with contextlib.ExitStack() as stack:
        talks = [stack.enter_context(opened(live, f"?topics={topic}")) for _ in range(200)]
        assert all(newest(talk) == ("snapshot", {"stock": 10}) for talk in talks)

        publish(topic, [board.set(topic, "stock", 2, 9)])

        assert all(newest(talk) == ("update", {"stock": 9}) for talk in talks)
    assert board.num_reads == 1


def test_one_that_stops_reading_delays_nobody_and_gets_a_snapshot_later(live, board):
    topic = board.topic(text="x" * 400_000, number=0)
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    with (
        opened(live, f"?topics={topic}", sockopt=small) as slow,
        opened(live, f"?topics={topic}") as quick,
    ):
        newest(quick)
        for version in range(2, 40):
            began = time.monotonic()
            text = board.set(topic, "text", version, str(version % 10) * 400_000)
            publish(topic, [text, board.set(topic, "number", version, version)])
            while newest(quick)[1].get("number") != version:
                pass
            assert time.monotonic() - began < 1

        seen = []
        while not seen or seen[-1][1].get("number") != 39:
            seen.append(newest(slow))

    if live is not daphne:  # which buffers without end
        assert len(seen) < 30, "it was sent every frame"
        assert "snapshot" in [kind for kind, _ in seen[1:]]


def test_a_stuck_socket_costs_little_and_is_closed(uvicorn, board, monkeypatch):
    monkeypatch.setattr("realtime.sinks.STUCK_AFTER", 0.5)
    monkeypatch.setattr("realtime.sinks.CLOSING_TIMEOUT", 0.5)
    topic = board.topic(number=0)
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    with (
        opened(uvicorn, f"?topics={topic}", sockopt=small) as stuck,
        opened(uvicorn, f"?topics={topic}") as quick,
    ):
        newest(quick)
        most = 0
        line = stuck.sock.getsockname()[1]
        for version in range(2, 100):
            publish(topic, [board.set(topic, "number", version, "x" * 20_000)])
            newest(quick)
            waiting = [
                connection.transport.get_write_buffer_size()
                for connection in uvicorn.server_state.connections
                if connection.client[1] == line
            ]
            if not waiting:
                break
            most = max(most, *waiting)

        assert not waiting, "it was never given up"
        assert 60_000 < most < 128 * 1024
        publish(topic, [board.set(topic, "number", 100, 100)])
        assert newest(quick) == ("update", {"number": 100})


def test_a_peer_that_closes_and_stops_reading_is_forgotten(uvicorn, board, monkeypatch):
    monkeypatch.setattr("realtime.sinks.CLOSING_TIMEOUT", 0.3)
    topic = board.topic(text="x" * 2_000_000)
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    with opened(uvicorn, f"?topics={topic}", sockopt=small) as talk:
        wait_for(lambda: any(c._full for c in uvicorn.server_state.connections))
        talk.send_close(1000)

        wait_for(lambda: not uvicorn.server_state.connections)


def test_pings_and_closes_go_between_shared_frames(live, board):
    topic = board.topic(stock=10)
    with opened(live, f"?topics={topic}") as talk:
        newest(talk)
        for version in range(2, 30):
            talk.ping(b"%d" % version)
            publish(topic, [board.set(topic, "stock", version, version)])
        seen, pongs = 0, 0
        while seen < 29 or pongs < 28:
            opcode, payload = talk.recv_data(control_frame=True)
            if opcode == client.ABNF.OPCODE_PONG:
                pongs += 1
            else:
                seen = json.loads(payload)["changes"][0]["value"]

        talk.send_close(1000)
        assert closing_code(talk) == 1000


@pytest.mark.parametrize("size", [1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_frames_of_any_size_arrive_whole(live, board, size):
    topic = board.topic(text="x" * size)
    with opened(live, f"?topics={topic}") as talk:
        assert newest(talk) == ("snapshot", {"text": "x" * size})


def test_a_frame_that_is_too_big_is_closed_1009(live):
    with opened(live) as talk:
        talk.send("x" * (limits.FRAME_BYTES + 1))

        assert closing_code(talk) in {1009, 4009}  # Daphne sends no code of the protocol's own


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("", {"Origin": "https://evil.example"}, 4403),
        ("?token=abc", {}, 4401),
        ("?topics=nothing.1", {}, 4404),
        ("/elsewhere", {}, 4404),
    ],
)
def test_an_expected_refusal_is_a_close_code(live, path, headers, code):
    origin = {"suppress_origin": True} if not headers else {"origin": headers["Origin"]}
    talk = client.create_connection(live.address + path, timeout=5, **origin)

    assert closing_code(talk) == code
    talk.shutdown()


def test_a_server_that_stops_says_1012(uvicorn):
    with opened(uvicorn) as talk:
        uvicorn.should_exit = True

        assert closing_code(talk) == 1012


def test_junk_on_the_line_disturbs_nobody(live, board):
    topic = board.topic(stock=10)
    host, port = live.address.removeprefix("ws://").split("/")[0].split(":")
    with opened(live, f"?topics={topic}") as talk:
        for junk in (b"\x81\x05hello", b"\xff" * 50, b"\x88\x01x", b"\x81\xfe"):
            with opened(live) as other:
                other.sock.sendall(junk)
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")

        newest(talk)
        publish(topic, [board.set(topic, "stock", 2, 9)])
        assert newest(talk) == ("update", {"stock": 9})


def test_three_hundred_reconnects_cost_one_reading(live, board):
    topic = board.topic(stock=10)

    async def storm():
        host, port = live.address.removeprefix("ws://").split("/")[0].split(":")
        greeting = (
            f"GET /ws/live?topics={topic} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        ).encode()

        async def one():
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(greeting)
            await reader.readuntil(b'"snapshot"')
            writer.close()

        await asyncio.gather(*(one() for _ in range(300)))

    asyncio.run(storm())
    assert board.num_reads <= 2  # the second may be the regular one
