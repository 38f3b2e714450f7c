"""Starts processes, writes down what they say, starts them again, and stops them all."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from config.embedded.keeper import die_with_parent
from config.env import BASE_DIR
from config.processes import STOP_SECONDS, Process

BEAT = 0.25
LONG_ENOUGH = 30.0  # seconds after which a process that dies is not failing to start
SLOWEST_RESTART = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Selector = selectors.BaseSelector


class Child:
    """One process and its life: started, dead, started again ever later."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.popen: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.due_at = 0.0
        self.failures = 0
        self.unfinished = b""
        # One pipe for all its lives, open at our end too: it never ends, so nobody must notice.
        self.output, self.input = os.pipe()
        os.set_blocking(self.output, False)

    def start(self) -> None:
        """Start it as the leader of a session of its own, so that Ctrl-C reaches us alone."""
        self.started_at = time.monotonic()
        self.popen = subprocess.Popen(
            self.process.command,
            stdin=subprocess.DEVNULL,
            stdout=self.input,
            stderr=self.input,
            cwd=BASE_DIR,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.process.environment},
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def read(self) -> list[str]:
        """Return the whole lines it has written since."""
        with contextlib.suppress(BlockingIOError):
            while block := os.read(self.output, 65536):
                self.unfinished += block
        *lines, self.unfinished = self.unfinished.split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in lines]

    def ask(self, number: int) -> None:
        """Send a signal to the leader alone."""
        if self.popen is not None:
            self.popen.send_signal(number)

    def kill(self) -> None:
        """End the leader and all that it started."""
        if self.popen is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)

    def bury(self) -> int | None:
        """Return how it ended, None while it lives; what it started ends with it."""
        code = None if self.popen is None else self.popen.poll()
        if code is not None:
            self.kill()
            self.popen = None
        return code

    def postpone(self) -> float:
        """Return how many seconds to wait before it is started again."""
        if time.monotonic() - self.started_at > LONG_ENOUGH:
            self.failures = 0
        pause: float = min(0.5 * 2.0**self.failures, SLOWEST_RESTART)
        self.failures += 1
        self.due_at = time.monotonic() + pause
        return pause


class Supervisor:
    """Keeps processes alive until a signal ends them all."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self.children = [Child(process) for process in processes]
        self.stopping = False
        self.selector: Selector = selectors.DefaultSelector()
        self.wake, self.waker = socket.socketpair()
        for child in self.children:
            self.selector.register(child.output, selectors.EVENT_READ, child)

    def say(self, name: str, line: str) -> None:
        """Write one line of `name`; a closed terminal does not stop us from stopping well."""
        with contextlib.suppress(OSError):
            sys.stdout.write(f"{name:<6} | {line}\n")
            sys.stdout.flush()

    def listen_to_signals(self) -> None:
        """Have signals end `run` instead of killing us."""
        self.wake.setblocking(False)
        self.waker.setblocking(False)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.wake, selectors.EVENT_READ)
        for number in STOP_SIGNALS:
            signal.signal(number, self.ask_to_stop)

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Note that somebody wants us to stop."""
        self.stopping = True

    def run(self) -> None:
        """Start everything and keep it running until a signal comes; then stop everything."""
        self.listen_to_signals()
        try:
            for child in self.children:
                self.start(child)
            while not self.stopping:
                self.look()
                self.tend()
        finally:
            self.stop()

    def tend(self) -> None:
        """Look, every beat, after what we do not run ourselves."""

    def start(self, child: Child) -> None:
        """Start `child` and write down that we did."""
        child.start()
        self.record()

    def record(self) -> None:
        """Write down whom we have started, for a successor that must clean up after us."""

    def look(self) -> None:
        """Pass on what the children say, and start again the dead ones that are due."""
        for key, _ in self.selector.select(BEAT):
            if isinstance(key.data, Child):
                self.pass_on(key.data)
            else:
                self.drain()
        for child in self.children:
            if (code := child.bury()) is not None:
                self.tell_of_death(child, code)
            elif child.popen is None and time.monotonic() >= child.due_at and not self.stopping:
                self.start(child)

    def drain(self) -> None:
        """Forget the bytes that woke us up."""
        with contextlib.suppress(BlockingIOError):
            while self.wake.recv(1024):
                pass

    def pass_on(self, child: Child) -> None:
        """Write what `child` says under its name."""
        for line in child.read():
            self.say(child.process.name, line)

    def tell_of_death(self, child: Child, code: int) -> None:
        """Write its last words, how it ended, and when it starts again."""
        self.pass_on(child)
        if not self.stopping:
            pause = child.postpone()
            self.say(
                "jari", f"{child.process.name} {describe(code)}; it starts again in {pause:g} s"
            )

    def stop(self) -> None:
        """Stop all children at once, ever more firmly."""
        self.stopping = True
        for child in self.children:
            child.ask(signal.SIGTERM)
        self.wait(STOP_SECONDS + 2.0)
        for child in self.children:
            child.kill()
        self.wait(5.0)

    def wait(self, seconds: float) -> None:
        """Wait until all children have ended."""
        until = time.monotonic() + seconds
        while any(child.popen for child in self.children) and time.monotonic() < until:
            self.look()


def describe(code: int) -> str:
    """Say how a process ended."""
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return "left" if code == 0 else f"failed (exit code {code})"
