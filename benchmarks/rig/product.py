"""The product as it runs in earnest, on servers and ports of its own, without DEBUG."""

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from config.embedded import socket_folder
from rig import ROOT
from tests.stack import Stack


@contextmanager
def product(**environment: str) -> Iterator[Stack]:
    """Run everything that `make up` runs, on a database that no benchmark has seen before."""
    var = ROOT / "var" / "bench" / "run"
    shutil.rmtree(var, ignore_errors=True)
    stack = Stack(
        var,
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="localhost,127.0.0.1",
        SSL_REDIRECT="0",
        THROTTLE="0",
        LOG_LEVEL="WARNING",
        **environment,
    )
    print("Starting Jari …", flush=True)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def made(stack: Stack, *options: str) -> dict[str, Any]:
    """Return what `manage.py demo` says it made."""
    found: dict[str, Any] = json.loads(stack.manage("demo", *options).splitlines()[-1])
    return found


def database_of(stack: Stack) -> str:
    """Return the folder of the PostgreSQL socket."""
    return str(socket_folder(stack.var))


def memory(stack: Stack) -> dict[str, float]:
    """Return the resident memory, in MB, of each web and live process at work."""
    assert stack.process is not None
    found: dict[str, float] = {}
    for process in psutil.Process(stack.process.pid).children(recursive=True):
        words = " ".join(process.cmdline())
        kind = "web" if "granian" in words else "live" if "uvicorn" in words else None
        if kind and not process.children():
            megabytes = process.memory_info().rss / 1e6
            found[kind] = round(max(found.get(kind, 0.0), megabytes), 1)
    return found
