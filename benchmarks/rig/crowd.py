"""A crowd of sockets: the Python face of `fanout_client.c`, which is compiled on first use."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig import ROOT
from rig.debian import need
from rig.processes import cpu_seconds

SOURCE = Path(__file__).with_name("fanout_client.c")
PROGRAM = ROOT / "var" / "bench" / "fanout_client"
IN_FLIGHT = 128  # handshakes without an answer, where nobody measures them


@dataclass(frozen=True)
class Address:
    """Where sockets go: `protocol` is ws or eio, `ready` the text that ends a socket's start."""

    port: int
    path: str
    protocol: str = "ws"
    ready: str = ""


class Crowd:
    """So many sockets on one address. Each command waits for its answer."""

    def __init__(self, address: Address) -> None:
        self.process = subprocess.Popen(
            [compiled(), str(address.port), address.protocol, address.path, address.ready],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def connect(self, count: int, *, in_flight: int = IN_FLIGHT) -> float:
        """Open `count` sockets; return how many seconds it took until all had started."""
        said = self._ask(f"connect {count} {in_flight} 60")
        if said["ready"] != count:
            raise RuntimeError(f"only {said['ready']} of {count} sockets came up: {said}")
        return float(said["seconds"])

    def expect(self, first: int, count: int) -> None:
        """Forget all figures, and count `count` values numbered from `first`."""
        self._ask(f"expect {first} {count}")

    def expect_versions(self) -> None:
        """Forget all figures, and count changes whose version is their time, in ms since 1970."""
        self._ask("versions")

    def wait(self, *, seconds: float, quiet: float) -> dict[str, Any]:
        """Return the figures when all has come, or nothing has for `quiet` seconds."""
        return self._ask(f"wait {seconds} {quiet}")

    def idle(self, seconds: float) -> dict[str, Any]:
        """Stay connected and return what came meanwhile."""
        return self._ask(f"idle {seconds}")

    def drop(self) -> None:
        """Lose all sockets at once, as a network does that fails."""
        self._ask("drop")

    def cpu_seconds(self) -> float:
        """Return what the client itself has used."""
        return cpu_seconds([self.process.pid])

    def close(self) -> None:
        """End the client."""
        self.process.communicate(timeout=30)

    def _ask(self, command: str) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the client ended at {command!r}")
        found: dict[str, Any] = json.loads(answer)
        return found


@contextmanager
def crowd(address: Address) -> Iterator[Crowd]:
    """Have a client for `address`, without sockets at first."""
    one = Crowd(address)
    try:
        yield one
    finally:
        one.close()


def compiled() -> str:
    """Return the client's program, compiled anew if its source is newer."""
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        compiler = need("cc", "gcc", "libc6-dev")
        fresh = PROGRAM.with_suffix(".new")
        subprocess.run([compiler, "-O2", "-Wall", "-o", str(fresh), str(SOURCE)], check=True)
        fresh.replace(PROGRAM)
    return str(PROGRAM)
