"""Live processes as they are run for real, whom tests may stop, pause and kill; and who listens."""

import contextlib
import os
import signal
import subprocess
import threading
import time

import orjson
import websocket as client

from config import processes
from tests.realtime.stage import wait_for
from tests.stack import OURS, free_port


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


class Ear:
    """One socket that is read all the time, and what its watcher believes."""

    def __init__(self, address):
        self.frames = []
        self.times = []
        self.shown = {}
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
            self.shown = {}
        for change in frame.get("changes", ()):
            self.shown = {**self.shown, change["key"]: change["value"]}

    def of(self, kind):
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def stock(self):
        return self.shown.get("stock")

    def close(self):
        self.line.shutdown()
        self.thread.join(5)
