"""What a worker of web or live owes the process that started it: it is counted, and dies with it.

The kernel's own signal at a parent's death does not do: it is not sent to a worker that had not
asked for it yet, a forked worker takes it for its master's until it serves, and one with a request
that never ends does not end either.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import psutil
from django.conf import settings

BEAT = 0.5
GRACE = 4.0  # seconds: what the servers give their requests too

_serving = threading.Event()


def follow_master() -> None:
    """End this worker soon after its master, however that went."""
    master = multiprocessing.parent_process()
    if master is not None:
        threading.Thread(
            target=outlive, args=[master.pid], name="follow-master", daemon=True
        ).start()


def outlive(master: int | None) -> None:
    """Wait until `master` is gone, then end ourselves, ever more firmly."""
    while os.getppid() == master:
        time.sleep(BEAT)
    if _serving.is_set():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


def roll() -> Path:
    """Return the folder in which each worker that can serve has a file."""
    return settings.VAR / "workers"


def sign() -> None:
    """Note that this process has loaded everything and serves from now on."""
    _serving.set()
    with contextlib.suppress(OSError):  # a full disk stops no worker
        roll().mkdir(parents=True, exist_ok=True)
        (roll() / str(os.getpid())).touch()


def forget() -> None:
    """Begin with an empty roll."""
    with contextlib.suppress(FileNotFoundError):
        for path in roll().iterdir():
            path.unlink()


def count(leader: int) -> int:
    """Return how many processes that serve are `leader` or below it."""
    try:
        process = psutil.Process(leader)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum((roll() / str(one.pid)).exists() for one in family)
