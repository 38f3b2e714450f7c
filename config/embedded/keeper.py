"""The process that runs one embedded server as long as anybody uses it, and not a second longer.

Users hold a shared lock on `<name>.users`; when the keeper gets it alone, nobody is left, however
they went. The kernel drops the locks of the dead, so nothing here believes a pid in a file.
"""

import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import psutil

from config.embedded import ServerFailed, owner, socket_folder
from config.embedded.programs import PROGRAMS, Program

logger = logging.getLogger("keeper")

BEAT = 0.1  # seconds between two looks
SLOWEST_START = 60.0
TRIES = 5
PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None] | None:
    """Return what a child must call to get signal `number` when its parent dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number)

    return ask


class Leave(Exception):
    """Somebody sent a signal: stop the server and go."""


class Keeper:
    """Starts one program, starts it again when it dies, and stops it."""

    def __init__(self, program: Program, lock: int) -> None:
        self.program = program
        self.lock = lock
        self.child: subprocess.Popen[bytes] | None = None

    def tell(self, state: str) -> None:
        """Write `state` where the users read it: starting, ready or a sentence."""
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, state.encode(), 0)
        logger.info("%s: %s", self.program.name, state)

    def start(self) -> None:
        """Start the program and wait until it answers."""
        self.tell("starting")
        self.end_leftovers()
        self.program.lay_out()
        with self.program.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.program.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.program.environment(),
                start_new_session=True,
                preexec_fn=die_with_parent(self.program.stop_signals[0]),
                **owner.as_user(self.program.user),
            )
        until = time.monotonic() + SLOWEST_START
        while not self.program.answers():
            if self.child.poll() is not None or time.monotonic() > until:
                raise ServerFailed(self.explain())
            time.sleep(0.02)
        self.tell("ready")

    def explain(self) -> str:
        """Say why the program does not run, in its own last words."""
        lines = self.program.log.read_text(errors="replace").strip().splitlines()
        words = next((line for line in reversed(lines) if "FATAL" in line or "ERR" in line), "")
        last = words or (lines[-1] if lines else "it said nothing")
        return (
            f"{self.program.name} does not start: {last.strip()} (all of it in {self.program.log};"
            f" moving {self.program.folder} away starts an empty one)."
        )

    def end_leftovers(self) -> None:
        """End the servers of this very folder that a killed keeper left behind."""
        self.stop()
        mine = [
            process
            for process in psutil.process_iter(["name", "cwd"])
            if process.info["name"] == self.program.executable.name
            and process.info["cwd"] == str(self.program.folder)
        ]
        for number in (*self.program.stop_signals, signal.SIGKILL):
            for process in mine:
                logger.warning("%s: ending leftover process %s", self.program.name, process.pid)
                process.send_signal(number)
            mine = psutil.wait_procs(mine, timeout=5)[1]
            if not mine:
                return

    def stop(self) -> None:
        """Stop the program, ever more firmly."""
        if self.child is None:
            return
        for number in (*self.program.stop_signals, signal.SIGKILL):
            self.child.send_signal(number)
            try:
                self.child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                continue
            break
        self.child = None

    def run(self, users: int) -> None:
        """Keep the program running until nobody uses it."""
        tries = 0
        while not take(users, alone=True):
            if self.child is None or self.child.poll() is not None:
                if self.child is not None:
                    logger.warning("%s died (%s)", self.program.name, self.child.returncode)
                    self.child = None
                try:
                    self.start()
                    tries = 0
                except ServerFailed as failure:
                    tries += 1
                    logger.warning("%s", failure)
                    if tries == TRIES:
                        raise
                    time.sleep(tries * BEAT)
            time.sleep(BEAT)


def take(lock: int, *, alone: bool) -> bool:
    """Take `lock` at once, alone or together with others, and tell whether that worked."""
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def leave(number: int, frame: FrameType | None) -> None:
    """Turn a signal into an exception."""
    raise Leave


def main(name: str, var: Path, *, durable: bool) -> int:
    """Keep the server `name` of `var`, unless another keeper does."""
    program = PROGRAMS[name](var, durable)
    run = socket_folder(var)
    lock = os.open(run / f"{name}.keeper", os.O_RDWR | os.O_CREAT, 0o600)
    users = os.open(run / f"{name}.users", os.O_RDWR | os.O_CREAT, 0o600)
    if not take(lock, alone=True):
        return 0
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    keeper = Keeper(program, lock)
    try:
        keeper.run(users)
    except Leave:
        pass
    except ServerFailed as failure:
        keeper.tell(str(failure))
        return 1
    except OSError as failure:
        keeper.tell(f"{name} cannot use {var}: {failure}.")
        return 1
    finally:
        keeper.stop()
    keeper.tell("stopped")
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), durable=sys.argv[3] == "durable"))
