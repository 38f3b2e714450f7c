"""The whole product, started as `make up` starts it, in a folder and on ports of its own.

Tests drive it from outside: by HTTP, by socket, in a browser, and by `manage.py`. They never
touch its database through the ORM.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.embedded.keeper import die_with_parent
from config.env import BASE_DIR

PATIENCE = 60.0
OURS = (
    *("JARI_VAR", "DEBUG", "SECRET_KEY", "PORT", "LIVE_PORT", "LIVE_URL", "LISTEN", "LOG_LEVEL"),
    *("ORIGINS", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"),
)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


def wait_for(condition: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """Return what `condition` gives as soon as it is true."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:g} s")
        time.sleep(0.05)
    return found


class Stack:
    """One Jari: `start` it, ask it, `stop` it."""

    def __init__(self, var: Path, *, demo: bool = False, **environment: str) -> None:
        self.var = var
        self.port = free_port()
        self.live_port = free_port()
        self.command = [sys.executable, "manage.py", "up", *([] if demo else ["--no-demo"])]
        self.environment = {name: text for name, text in os.environ.items() if name not in OURS}
        self.environment |= {
            "JARI_VAR": str(var),
            "PORT": str(self.port),
            "LIVE_PORT": str(self.live_port),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where a person opens it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_address(self) -> str:
        """Where its sockets are."""
        return f"ws://127.0.0.1:{self.live_port}"

    @property
    def output(self) -> Path:
        """Where it writes what it says."""
        return self.var.with_name(f"{self.var.name}.log")

    def said(self) -> str:
        """Return all it has said since it started."""
        return self.output.read_text() if self.output.exists() else ""

    def spawn(self) -> None:
        """Start it without waiting."""
        self.var.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def start(self) -> None:
        """Start it and wait until everybody can use it."""
        self.spawn()
        wait_for(self.ready)

    def ready(self) -> bool:
        """Tell whether it has said that it is ready."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"it ended ({self.process.returncode}):\n{self.said()}")
        return "Jari is ready" in self.said()

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does and return its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process = None
        return code

    def refused(self) -> tuple[int, str]:
        """Start it, wait until it ends by itself, and return its exit code and its words."""
        result = subprocess.run(
            self.command,
            cwd=BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return result.returncode, result.stdout + result.stderr

    def manage(self, *words: str) -> str:
        """Run a `manage.py` command on it and return what it prints."""
        result = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of `path`, 0 and None when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            line.close()
