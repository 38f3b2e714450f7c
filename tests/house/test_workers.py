"""No worker outlives its master, whatever either of them was doing."""

import contextlib
import os
import signal
import socket
import subprocess

import psutil
import pytest

from config import processes
from tests.house.ports import health
from tests.stack import OURS, free_port, wait_for

NUM_WORKERS = 2
ROLES = [processes.web, processes.live]
HALF = (
    b"POST /api/auth/token HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
)


@pytest.fixture
def port(settings):
    settings.PORT = settings.LIVE_PORT = port = free_port()
    settings.WEB_WORKERS = settings.LIVE_WORKERS = NUM_WORKERS
    return port


@pytest.fixture
def start(servers, settings, port):
    """Start a process as `up` does."""
    started = []

    def begin(role):
        environment = {name: text for name, text in os.environ.items() if name not in OURS}
        environment["JARI_VAR"] = str(settings.VAR)
        command = role().command
        started.append(subprocess.Popen(command, env=environment, start_new_session=True))
        return started[-1]

    yield begin
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def lines(port):
    """Connect to the process, several times."""
    with contextlib.ExitStack() as stack:
        yield lambda number: [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(number)
        ]


def workers_of(process):
    """Return the workers of `process` once all are there."""
    found = psutil.Process(process.pid).children()
    found = [one for one in found if "resource_tracker" not in " ".join(one.cmdline())]
    return found if len(found) == NUM_WORKERS else []


def kill_master(process):
    workers = workers_of(process)
    process.kill()
    process.wait()
    return workers


def nobody_listens(port):
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("127.0.0.1", port))
    return True


@pytest.mark.parametrize("role", ROLES)
def test_workers_die_with_their_master(start, port, role):
    master = start(role)
    wait_for(lambda: health(port) == 200)

    workers = kill_master(master)

    assert psutil.wait_procs(workers, timeout=8)[1] == []
    assert nobody_listens(port)


@pytest.mark.parametrize("role", ROLES)
def test_workers_that_are_loading_die_with_their_master(start, port, role):
    master = start(role)
    wait_for(lambda: workers_of(master))

    workers = kill_master(master)

    assert psutil.wait_procs(workers, timeout=8)[1] == []
    assert nobody_listens(port)


@pytest.mark.parametrize("role", ROLES)
def test_workers_with_a_request_that_never_ends_die_with_their_master(start, port, lines, role):
    master = start(role)
    wait_for(lambda: health(port) == 200)
    for line in lines(8):
        line.sendall(HALF)
    wait_for(lambda: health(port) == 200)  # so that those before it have been taken up

    workers = kill_master(master)

    assert psutil.wait_procs(workers, timeout=8)[1] == []
    assert nobody_listens(port)
