"""To use the embedded servers: whoever holds a lease finds them running.

with hold(var, ["postgres", "valkey"]): ...
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from config.embedded import ServerFailed, owner, socket_folder
from config.embedded.keeper import take
from config.embedded.programs import PROGRAMS

SLOWEST_START = 90.0
SLOWEST_STOP = 20.0
HOUSE = Path(__file__).resolve().parent.parent.parent

_keepers: list["subprocess.Popen[bytes]"] = []  # they may outlive us, which Popen warns about


class Use:
    """One user's claim on one server."""

    def __init__(self, var: Path, name: str, *, durable: bool) -> None:
        self.var = var
        self.name = name
        self.durable = durable
        self.program = PROGRAMS[name](var, durable)
        self.run = socket_folder(var)
        self.keeper: subprocess.Popen[bytes] | None = None
        for path in (self.run / f"{name}.users", self.run / f"{name}.keeper", self.program.log):
            path.touch()
            owner.give(path, self.program.user)
        self.program.open_way()  # here, so that whoever looks on reads what it changes
        self.lock = os.open(self.run / f"{name}.users", os.O_RDWR)
        fcntl.flock(self.lock, fcntl.LOCK_SH)  # waits while a keeper with no users is leaving

    def kept(self) -> str:
        """Return what the keeper says, nothing when there is none."""
        path = self.run / f"{self.name}.keeper"
        with path.open("a+b") as file:
            if take(file.fileno(), alone=False):
                return ""
            file.seek(0)
            return file.read().decode()

    def ready(self) -> bool:
        """Tell whether the server runs and answers."""
        return self.kept() == "ready" and self.program.answers()

    def ensure(self) -> None:
        """Have a keeper, and wait until its server answers."""
        until = time.monotonic() + SLOWEST_START
        while not self.ready():
            if self.keeper is not None and self.keeper.poll():
                self.keeper = None
                raise ServerFailed((self.run / f"{self.name}.keeper").read_text())
            if not self.kept() and (self.keeper is None or self.keeper.poll() is not None):
                self.keeper = self.spawn()
            if time.monotonic() > until:
                raise ServerFailed(f"{self.name} does not answer; see {self.program.log}.")
            time.sleep(0.02)

    def tend(self) -> bool:
        """Start a keeper where it is gone, without waiting; tell whether that was so."""
        if self.kept() or (self.keeper is not None and self.keeper.poll() is None):
            return False
        self.keeper = self.spawn()
        return True

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start a keeper; of several only one stays."""
        with (self.var / "log" / "keeper.log").open("ab") as log:
            keeper = subprocess.Popen(
                [
                    *(sys.executable, "-m", "config.embedded.keeper", self.name, str(self.var)),
                    "durable" if self.durable else "fast",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=HOUSE,
                start_new_session=True,
            )
        _keepers.append(keeper)
        return keeper

    def drop(self) -> None:
        """Give the claim back."""
        fcntl.flock(self.lock, fcntl.LOCK_UN)

    def wait_for_stop(self) -> None:
        """Wait until the server has stopped, unless others use it."""
        until = time.monotonic() + SLOWEST_STOP
        while self.kept() and time.monotonic() < until and not self.used():
            time.sleep(0.02)
        os.close(self.lock)
        if self.keeper is not None:
            self.keeper.poll()

    def used(self) -> bool:
        """Tell whether others use the server."""
        if not take(self.lock, alone=False):
            return False  # the keeper has it: it is stopping the server
        try:
            return not take(self.lock, alone=True)
        finally:
            fcntl.flock(self.lock, fcntl.LOCK_UN)


class Lease:
    """One user's claim on several servers, until `release` or the end of the process."""

    def __init__(self, uses: list[Use]) -> None:
        self.uses = uses

    def tend(self) -> list[str]:
        """Start the keepers that are gone and name their servers."""
        return [use.name for use in self.uses if use.tend()]

    def release(self) -> None:
        """Give all claims back; servers that nobody else uses stop."""
        uses, self.uses = self.uses, []
        for use in uses:
            use.drop()
        for use in uses:
            use.wait_for_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def hold(
    var: Path,
    names: Iterable[str],
    *,
    durable: bool = True,
    say: Callable[[str], None] = lambda sentence: None,
) -> Lease:
    """Start the servers `names` of `var` unless they run, and keep them running."""
    lease = Lease([])
    try:
        make_folders(var)
        for name in names:
            use = Use(var, name, durable=durable)
            lease.uses.append(use)
            if not use.ready():
                say(f"Starting {name}" + ("" if use.program.folder.exists() else " (first start)"))
            use.ensure()
    except OSError as failure:
        lease.release()
        raise ServerFailed(f"The servers cannot use {var}: {failure}.") from failure
    except BaseException:
        lease.release()
        raise
    return lease


def make_folders(var: Path) -> None:
    """Make the folders that servers and users share, closed to everybody else."""
    (var / "log").mkdir(parents=True, exist_ok=True)
    run = socket_folder(var)
    run.mkdir(mode=0o700, exist_ok=True)
    if run.is_symlink() or (os.geteuid() != 0 and run.stat().st_uid != os.geteuid()):
        raise ServerFailed(f"{run} belongs to somebody else: remove it, or set JARI_VAR.")
    run.chmod(0o700)
