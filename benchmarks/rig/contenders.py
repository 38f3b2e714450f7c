"""Jari and those it is compared with: each a server process, where its sockets go, a publisher."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded import socket_folder
from rig import ROOT
from rig.crowd import Address
from rig.debian import need
from rig.processes import listeners, running, wait_for_port
from rig.publishers import Publisher, publisher
from tests.stack import Stack, free_port

PEERS = ROOT / "benchmarks" / "peers"
WORKSHOP = ROOT / "var" / "bench" / "peers"
EVENT = """
from datetime import timedelta
from config.demo.load import make_hot_event
from ticketing.models import TicketType
event, first = make_hot_event(capacity=10_000_000, limit=None)
rest = [TicketType(event=event, name=f"Block {{i}}", price=50_000, capacity=10_000_000)
        for i in range(1, {count})]
print(event.pk, first.pk, *(one.pk for one in TicketType.objects.bulk_create(rest)))
"""
EVENTS = """
from config.demo.load import make_hot_event
print(*(make_hot_event(capacity=100, limit=None)[0].pk for _ in range({count})))
"""


@dataclass(frozen=True)
class Contender:
    """One server process that is up, and the process that publishes to it."""

    name: str
    address: Address
    pids: tuple[int, ...]
    publisher: Publisher


@dataclass(frozen=True)
class Sale:
    """An event whose tickets sell, and one of the frames that say so."""

    event: str
    ticket_types: tuple[str, ...]
    frame: dict[str, Any]

    @property
    def topic(self) -> str:
        """What its watchers watch."""
        return f"event.{self.event}"


def open_sale(stack: Stack, *, ticket_types: int) -> Sale:
    """Make an event with so many ticket types."""
    said = stack.manage("shell", "-v0", "-c", EVENT.format(count=ticket_types))
    event, *types = said.split()[-1 - ticket_types :]
    _, live = stack.get(f"/api/live?topics=event.{event}")
    (topic,) = live["snapshots"]
    change = next(one for one in topic["changes"] if one["kind"] == "ticket_updated")
    frame = {"type": "update", "topic": f"event.{event}", "seq": 0, "changes": [change]}
    return Sale(event, tuple(types), frame)


def open_many(stack: Stack, count: int) -> int:
    """Make so many events with one ticket type each; return the number of the first."""
    numbers = stack.manage("shell", "-v0", "-c", EVENTS.format(count=count)).split()[-count:]
    if int(numbers[-1]) - int(numbers[0]) != count - 1:
        raise RuntimeError("somebody else makes events here")
    return int(numbers[0])


def live_pids(stack: Stack) -> tuple[int, ...]:
    """Return the live processes of a running product."""
    assert stack.process is not None
    return tuple(listeners(stack.process.pid, stack.live_port))


@contextmanager
def jari(stack: Stack, sale: Sale) -> Iterator[Contender]:
    """Our own live process, told by a process that sells."""
    command = [sys.executable, "benchmarks/rig/sale.py", sale.event, *sale.ticket_types]
    environment = {**stack.environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}"}
    log = WORKSHOP / "jari-publisher.log"
    address = Address(stack.live_port, f"/ws/live?topics={sale.topic}", ready='"snapshot"')
    with publisher(command, environment=environment, log=log) as selling:
        yield Contender("Jari", address, live_pids(stack), selling)


@contextmanager
def socketio(stack: Stack, sale: Sale) -> Iterator[Contender]:
    """Socket.IO 4 with its Redis adapter; its emitter publishes."""
    node, folder = install_socketio()
    port, redis = free_port(), str(socket_folder(stack.var) / "valkey.sock")
    serve = [node, str(folder / "server.js"), str(port), redis]
    tell = [node, str(folder / "publish.js"), redis, json.dumps(sale.frame)]
    path = f"/socket.io/?EIO=4&transport=websocket&topic={sale.topic}"
    address = Address(port, path, protocol="eio", ready='40{"sid"')
    with _beside("Socket.IO", serve, tell, address, {"NODE_ENV": "production"}) as one:
        yield one


@contextmanager
def fastapi(stack: Stack, sale: Sale) -> Iterator[Contender]:
    """FastAPI on uvicorn, with Redis pub/sub."""
    with _python_peer("FastAPI", "fastapi", stack, sale) as one:
        yield one


@contextmanager
def floor(stack: Stack, sale: Sale) -> Iterator[Contender]:
    """The writes alone, with no server around them."""
    port = free_port()
    serve = [sys.executable, str(PEERS / "floor.py"), str(port)]
    tell = [sys.executable, str(PEERS / "publish.py"), "fastapi", json.dumps(sale.frame)]
    with _beside("bare writes", serve, tell, Address(port, "/"), _python(stack)) as one:
        yield one


@contextmanager
def channels(stack: Stack, sale: Sale) -> Iterator[Contender]:
    """A plain Channels consumer on uvicorn, with the pub/sub layer of channels-redis."""
    with _python_peer("plain Channels", "channels", stack, sale) as one:
        yield one


@contextmanager
def _python_peer(name: str, peer: str, stack: Stack, sale: Sale) -> Iterator[Contender]:
    port = free_port()
    serve = [
        *(sys.executable, "-m", "uvicorn", "--app-dir", str(PEERS), f"{peer}_app:application"),
        *("--port", str(port), "--log-level", "warning", "--no-access-log"),
    ]
    tell = [sys.executable, str(PEERS / "publish.py"), peer, json.dumps(sale.frame)]
    with _beside(name, serve, tell, Address(port, f"/ws/{sale.topic}"), _python(stack)) as one:
        yield one


def _python(stack: Stack) -> dict[str, str]:
    valkey = socket_folder(stack.var) / "valkey.sock"
    return {"REDIS_URL": f"unix://{valkey}", "PYTHONPATH": str(ROOT)}


@contextmanager
def _beside(
    name: str, serve: list[str], tell: list[str], address: Address, environment: dict[str, str]
) -> Iterator[Contender]:
    stem = name.lower().replace(" ", "-")
    log = WORKSHOP / f"{stem}.log"
    with ExitStack() as end:
        server = end.enter_context(running(serve, environment=environment, log=log))
        wait_for_port(address.port, server, log)
        told_by = WORKSHOP / f"{stem}-publisher.log"
        telling = end.enter_context(publisher(tell, environment=environment, log=told_by))
        yield Contender(name, address, (server.pid,), telling)


def install_socketio() -> tuple[str, Path]:
    """Install what the lock file pins, once; return node and the folder."""
    node, npm = need("node", "nodejs"), need("npm", "npm")
    source, folder = PEERS / "socketio", WORKSHOP / "socketio"
    shutil.copytree(source, folder, dirs_exist_ok=True)
    lock, marker = (folder / "package-lock.json").read_text(), folder / "installed"
    if not marker.exists() or marker.read_text() != lock:
        print("Installing Socket.IO …", flush=True)
        subprocess.run(
            [npm, "ci", "--silent", "--omit=dev"], cwd=folder, check=True, env=dict(os.environ)
        )
        marker.write_text(lock)
    return node, folder
