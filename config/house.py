"""A running Jari: one to a `var` folder, prepared step by step, then watched until it ends."""

import fcntl
import http.client
import io
import json
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from config import leftovers, reach, workers
from config.catalogues import compile_stale
from config.embedded import socket_folder
from config.embedded.keeper import die_with_parent
from config.embedded.lease import Lease, hold, make_folders
from config.processes import Process
from config.pulse import Pulse, allowed_host, host
from config.supervisor import STOP_SIGNALS, Child, Supervisor

PATIENCE = 60.0


def say(sentence: str) -> None:
    """Tell whoever waits what happens."""
    print(sentence, flush=True)  # noqa: T201


def address() -> str:
    """Return the address that a person opens."""
    host = "localhost" if settings.LISTEN in {"0.0.0.0", "::", "127.0.0.1"} else settings.LISTEN  # noqa: S104
    return f"http://{host}:{settings.PORT}"


@contextmanager
def alone() -> Iterator[Path]:
    """Be the only one who runs Jari on this `var`; give the place to write children down."""
    make_folders(settings.VAR)
    run = socket_folder(settings.VAR)
    with (run / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRuns(lock.read()) from None
        lock.truncate(0)
        lock.write(address())
        lock.flush()
        yield run / "up.children"


class AlreadyRuns(CommandError):
    """Somebody else runs Jari on this `var`."""

    def __init__(self, where: str) -> None:
        super().__init__(f"Jari already runs here, at {where}: Ctrl-C in its terminal stops it.")


def stop_quietly(number: int, frame: FrameType | None) -> None:
    """End the preparations; who asks again does not disturb the tidying up."""
    for one in STOP_SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(processes: Sequence[Process], *, ports: dict[str, int], demo: bool) -> None:
    """Start the servers, prepare the house, run `processes` until somebody stops us."""
    for number in STOP_SIGNALS:
        signal.signal(number, stop_quietly)
    follow_make()
    with alone() as children:
        leftovers.end(children)
        for name, port in ports.items():
            reach.check_port(name, port)
        with hold(settings.VAR, settings.EMBEDDED, say=lambda line: say(f"{line} …")) as lease:
            logins = prepare(demo=demo)
            Watch(processes, lease, children, logins).run()


def follow_make() -> None:
    """Stop when the `make` that started us is killed."""
    parent = psutil.Process().parent()
    ask = die_with_parent(signal.SIGTERM)
    if ask and parent and parent.name() in {"make", "gmake"}:
        ask()


def prepare(*, demo: bool) -> str:
    """Bring database, catalogues and files up to date; return what the demo says."""
    if "postgres" not in settings.EMBEDDED:
        reach.check_database()
    if "valkey" not in settings.EMBEDDED:
        reach.check_redis()
    workers.forget()
    shutil.rmtree(settings.VAR / "metrics", ignore_errors=True)
    (settings.VAR / "metrics").mkdir(parents=True, exist_ok=True)
    compile_stale()
    say("Bringing the database up to date …")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise CommandError(
            f"The database cannot be brought up to date: {reach.first_line(error)}."
        ) from error
    if not settings.DEBUG:
        say("Collecting static files …")
        call_command("collectstatic", verbosity=0, interactive=False)
    logins = load_demo() if demo and settings.DEBUG else ""
    connection.close()
    return logins


def load_demo() -> str:
    """Load the demo data and return who may sign in, in lines for people."""
    say("Loading demo data …")
    said = io.StringIO()
    call_command("demo", stdout=said)
    made = json.loads(said.getvalue().splitlines()[-1])
    return "".join(f"  Sign in as {name} / {word}\n" for name, word in made["logins"].items())


class Watch(Supervisor):
    """Supervises the house: its servers too, and tells when it is ready."""

    def __init__(
        self, processes: Sequence[Process], lease: Lease, children: Path, logins: str
    ) -> None:
        super().__init__(processes)
        self.lease = lease
        self.record_path = children
        self.logins = logins
        self.began = time.monotonic()
        self.announced = False
        self.warned = False
        self.hanging: set[str] = set()
        self.pulses = {
            child: Pulse(child.process.port) for child in self.children if child.process.port
        }

    def tend(self) -> None:
        """See that the servers have their keepers, and whether we can be used by now."""
        for name in self.lease.tend():
            self.say("jari", f"{name} lost its keeper; it starts again")
        for child, pulse in self.pulses.items():
            if pulse.feel() and self.announced:
                self.tell_of_pulse(child.process.name, well=pulse.well)
        if not self.announced:
            self.announce()

    def tell_of_pulse(self, name: str, *, well: bool | None) -> None:
        """Say that a process hangs, or no longer; nothing of one that is not there at all."""
        if well is not None and well is (name in self.hanging):
            self.hanging ^= {name}
            self.say(
                "jari", f"{name} answers again" if well else f"{name} runs, but does not answer"
            )

    def announce(self) -> None:
        """Say once where we are, as soon as everything works."""
        late = not self.warned and time.monotonic() - self.began > PATIENCE
        missing = [child.process.name for child in self.children if not self.is_up(child)]
        if not missing or late:
            missing += unready(probe(), since=self.began)
        if not missing:
            self.announced = True
            say(f"\n  Jari is ready: {address()}\n{self.logins}  Ctrl-C stops it.\n")
        elif late:
            self.warned = True
            self.say("jari", f"still not ready after {PATIENCE:g} s: {', '.join(missing)}")

    def is_up(self, child: Child) -> bool:
        """Tell whether `child` lives, answers where it should, and has all its workers."""
        if child.popen is None or (child in self.pulses and not self.pulses[child].well):
            return False
        wanted = child.process.num_workers
        return not wanted or workers.count(child.popen.pid) >= wanted

    def record(self) -> None:
        leftovers.record(
            self.record_path, [child.popen.pid for child in self.children if child.popen]
        )


def probe() -> dict[str, Any]:
    """Return what /readyz says, nothing when nobody answers."""
    line = http.client.HTTPConnection(host(), settings.PORT, timeout=3)
    try:
        line.request("GET", "/readyz", headers={"Host": allowed_host()})
        report: dict[str, Any] = json.loads(line.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        line.close()
    return report


def unready(report: dict[str, Any], *, since: float) -> list[str]:
    """Name what does not work; a tick from before `since` was somebody else's."""
    facts = {name: one for name, one in report.items() if name != "status"}
    missing = [name for name, one in facts.items() if not one["ok"]]
    tick = facts.get("tick", {"ok": False})
    if tick["ok"] and tick["age"] > time.monotonic() - since:
        missing.append("tick")
    return missing if facts else ["readyz"]
