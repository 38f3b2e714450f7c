"""What processes cost, and how to start and end those of a benchmark."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from config.embedded.keeper import die_with_parent
from rig import ROOT

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 30.0
OTHER_FILES = 300


def allow_many_files(sockets: int) -> None:
    """Let this process, and all it starts, open `sockets` and what else they need."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < sockets + OTHER_FILES:
        sys.exit(
            f"This benchmark opens {sockets} sockets in one process, and the machine permits {hard}"
            " open files: raise that first (ulimit -Hn)."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the user and system time that `pids` have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / CLOCK_TICKS


def resident_bytes(pids: Iterable[int]) -> int:
    """Return the resident memory of `pids`."""
    return sum(psutil.Process(pid).memory_info().rss for pid in pids)


def listeners(root: int, port: int) -> list[int]:
    """Return the processes below `root` that serve `port` themselves."""
    family = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    holders = {one.pid: one for one in family if _listens(one, port)}
    parents = {child.ppid() for child in holders.values()}
    return [pid for pid in holders if pid not in parents]


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        lines = process.net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(line.status == psutil.CONN_LISTEN and line.laddr.port == port for line in lines)


@contextmanager
def running(
    command: list[str], *, environment: Mapping[str, str], log: Path, pipes: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Run `command` meanwhile; with `pipes` one can talk to it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else output,
            stderr=output,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ask `process` to end, and insist."""
    process.terminate()
    try:
        process.wait(timeout=8)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def wait_for_port(port: int, process: subprocess.Popen[str], log: Path) -> None:
    """Wait until `process` listens on `port`."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}: {log.read_text()[-2000:]}")
