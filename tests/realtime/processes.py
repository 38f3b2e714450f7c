"""Live processes as they are run for real, whom tests may stop, pause and kill; and who listens."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time

import orjson
import psutil
import websocket as client
from channels_redis.pubsub import RedisPubSubChannelLayer

from config import processes
from realtime.outbox import Outbox, group_of
from realtime.sealed import seal
from realtime.topics import Change
from tests.realtime.stage import wait_for
from tests.stack import OURS, free_port


def holders(pid, port):
    """Return who below process `pid` holds connections to `port`, and how many each."""
    counts = {}
    for worker in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a job may have ended meanwhile
            held = [line for line in worker.net_connections("tcp") if line.status == "ESTABLISHED"]
            if num := sum(line.laddr.port == port for line in held):
                counts[worker.pid] = num
    return counts


class Truth:
    """Plays the database of all live processes: a file that is replaced whole."""

    def __init__(self, folder):
        self.path = folder / "truth.json"
        self.rows = {}
        self.set("1", "stock", 1, 10)

    def set(self, ident, key, version, value):
        self.rows.setdefault(ident, {})[key] = (version, value)
        fresh = self.path.with_suffix(".fresh")
        fresh.write_bytes(orjson.dumps(self.rows))
        fresh.replace(self.path)

    def shown(self, ident="1"):
        return {key: value for key, (_, value) in self.rows[ident].items()}


class Live:
    """One live process, or as many as `workers`, behind one port."""

    def __init__(self, settings, truth, redis_url, *, workers=1, drain=0, port=0):
        self.port = settings.LIVE_PORT = port or free_port()
        settings.LIVE_WORKERS = workers
        command = processes.live().command
        self.command = [
            "tests.realtime.standalone:application" if word.endswith(":application") else word
            for word in command
        ]
        self.environment = {name: text for name, text in os.environ.items() if name not in OURS}
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "JARI_VAR": str(truth.path.parent),
            "TRUTH": str(truth.path),
            "REDIS_URL": redis_url,
            "LIVE_PORT": str(self.port),
            "DRAIN_SECONDS": str(drain),
        }
        self.process = None

    @property
    def address(self):
        return f"ws://127.0.0.1:{self.port}/ws/live?topics=page.1"

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.environment, start_new_session=True)
        wait_for(self.answers, within=30)

    def answers(self):
        with contextlib.suppress(OSError, client.WebSocketException):
            client.create_connection(self.address, timeout=5).shutdown()
            return True
        return False

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, within=10.0):
        """Return how many seconds it took to end."""
        began = time.monotonic()
        self.process.wait(within)
        return time.monotonic() - began

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Publisher:
    """Plays a web process: it publishes to a Redis, from a thread of its own."""

    def __init__(self, redis_url):
        host = {"address": redis_url, "socket_timeout": None, "socket_connect_timeout": 5}
        self.layer = RedisPubSubChannelLayer(hosts=[host], prefix="jari")
        self.num_messages = 0
        self.outbox = Outbox(send=self._send)

    async def _send(self, topic, changes, since):
        self.num_messages += 1
        message = {"type": "changes", "topic": topic, "changes": changes, "since": since}
        await self.layer.group_send(group_of(topic), message)

    def publish(self, topic, *changes):
        self.outbox.put(topic, [seal(change) for change in changes])

    def stop(self):
        self.outbox.flush(2)
        self.outbox.stop()


class House:
    """Live processes around one truth and one Redis, a publisher, and ears."""

    def __init__(self, settings, truth, valkey, stack):
        self.settings, self.truth, self.valkey, self.stack = settings, truth, valkey, stack
        self.publisher = Publisher(valkey.url)
        self.version = 1
        stack.callback(self.publisher.stop)

    def live(self, **options):
        live = Live(self.settings, self.truth, self.valkey.url, **options)
        self.stack.callback(live.kill)
        live.start()
        return live

    def ears(self, live, count):
        ears = [Ear(live.address) for _ in range(count)]
        for ear in ears:
            self.stack.callback(ear.close)
        wait_for(lambda: all(ear.stock is not None for ear in ears))
        return ears

    def sell(self, *, tell=True):
        """Change the truth, as a commit does, and publish it unless the publisher dies."""
        self.version += 1
        self.truth.set("1", "stock", self.version, -self.version)
        if tell:
            told = Change("stock", "told", self.version, -self.version)
            self.publisher.publish("page.1", told)

    def agree(self, ears, *, within=5.0):
        """Wait until all `ears` believe the truth."""
        wait_for(lambda: all(ear.stock == -self.version for ear in ears), within=within)

    def catch_up(self, ears, *, within=8.0):
        """Wait until all `ears` know what is true now, or later; return how long it took."""
        version, began = self.version, time.monotonic()
        wait_for(lambda: all(-ear.stock >= version for ear in ears), within=within)
        return time.monotonic() - began

    def reaches_at_once(self, ears, *, times=3, within=0.5):
        """Tell whether what is sold reaches all `ears` sooner than any resync would bring it."""
        for _ in range(times):
            self.sell()
            until = time.monotonic() + within
            while any(ear.stock != -self.version for ear in ears):
                if time.monotonic() > until:
                    return False
                time.sleep(0.005)
        return True

    @contextlib.contextmanager
    def selling(self, *, every=0.005):
        """Sell all the time meanwhile; one in ten dies between commit and publishing."""
        over = threading.Event()

        def go():
            while not over.wait(every):
                self.sell(tell=random.random() > 0.1)

        thread = threading.Thread(target=go)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


class SlowWire:
    """Stands before a Valkey and holds up what goes either way, for as long as it is slow."""

    def __init__(self, valkey):
        self.path = valkey.folder / "slow.sock"
        self.url = f"unix://{self.path}"
        self.goal = str(valkey.folder / "valkey.sock")
        self.seconds = 0.0
        self.fast = threading.Event()
        self.fast.set()
        self.lines = []
        self.threads = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        self._run(self._accept)

    @contextlib.contextmanager
    def slow(self, seconds):
        """Take `seconds` for each portion that goes either way, meanwhile."""
        self.seconds = seconds
        self.fast.clear()
        try:
            yield
        finally:
            self.fast.set()

    def close(self):
        self.fast.set()
        for line in (self.listener, *self.lines):
            with contextlib.suppress(OSError):  # it may be closed already
                line.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(5)
        for line in (self.listener, *self.lines):
            line.close()

    def _run(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                here, _ = self.listener.accept()
                there = socket.socket(socket.AF_UNIX)
                self.lines += [here, there]
                there.connect(self.goal)
                self._run(self._carry, here, there)
                self._run(self._carry, there, here)

    def _carry(self, source, goal):
        with contextlib.suppress(OSError):
            while portion := source.recv(65536):
                self.fast.wait(self.seconds)
                goal.sendall(portion)
            goal.shutdown(socket.SHUT_WR)


class Ear:
    """One socket that is read all the time, and what its watcher believes."""

    def __init__(self, address):
        self.frames = []
        self.times = []
        self.shown = {}
        self.versions = {}
        self.close_code = None
        self.closed_at = None
        self.line = client.create_connection(address, timeout=60)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        with contextlib.suppress(OSError, client.WebSocketException):
            while True:
                opcode, payload = self.line.recv_data()
                if opcode == client.ABNF.OPCODE_CLOSE:
                    self.close_code = int.from_bytes(payload[:2], "big")
                    break
                self._take(orjson.loads(payload))
        self.closed_at = time.monotonic()

    def _take(self, frame):
        self.frames.append(frame)
        self.times.append(time.monotonic())
        if frame["type"] == "snapshot":
            self.shown, self.versions = {}, {}
        for change in frame.get("changes", ()):
            self.shown = {**self.shown, change["key"]: change["value"]}
            self.versions = {**self.versions, change["key"]: change["version"]}

    def of(self, kind):
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def viewers(self):
        return self.shown.get("viewers.page.1", {}).get("viewers")

    @property
    def stock(self):
        return self.shown.get("stock")

    def close(self):
        with contextlib.suppress(OSError, AttributeError):  # it may be closed already
            self.line.sock.shutdown(socket.SHUT_RDWR)  # which wakes the reader
        self.thread.join(5)
        self.line.shutdown()
