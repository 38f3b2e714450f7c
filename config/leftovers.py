"""What a killed supervisor left running: written down while it lives, ended by the next one."""

import json
import logging
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

from config.env import BASE_DIR

logger = logging.getLogger(__name__)


def record(path: Path, pids: Iterable[int]) -> None:
    """Write down our children: each leads a session, which names its own children too."""
    born = {}
    for pid in pids:
        try:
            born[pid] = psutil.Process(pid).create_time()
        except psutil.Error:
            continue
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(born))
    fresh.replace(path)


def end(path: Path) -> None:
    """End the processes that `path` names, as far as they are still the same ones."""
    try:
        born = {int(pid): float(at) for pid, at in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return
    left = [process for process in psutil.process_iter() if is_ours(process, born)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in left:
            logger.warning("Ending process %s of a Jari that was killed.", process.pid)
            process.send_signal(number)
        left = psutil.wait_procs(left, timeout=5)[1]
    path.unlink(missing_ok=True)


def is_ours(process: psutil.Process, born: dict[int, float]) -> bool:
    """Tell whether `process` belongs to one of those sessions and works in our folder."""
    try:
        session = os.getsid(process.pid)
        if session not in born or process.cwd() != str(BASE_DIR):
            return False
        return process.pid != session or abs(process.create_time() - born[session]) < 1
    except (psutil.Error, OSError):
        return False
