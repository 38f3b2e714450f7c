"""Processes that publish at a steady rate; they are told how by a line each."""

import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from rig.processes import running


class Publisher:
    """A process that publishes numbered values for as long as we let it."""

    def __init__(self, process: Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        self.first = 0
        self._hear()

    def start(self, *, rate: float, count: int) -> int:
        """Have it publish `count` values, `rate` a second; return the number of the first."""
        first, self.first = self.first, self.first + count
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"rate": rate, "count": count, "first": first}) + "\n")
        self.process.stdin.flush()
        return first

    def finish(self) -> float:
        """Wait until it has published all; return how many seconds that took."""
        return float(self._hear()["seconds"])

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a publisher ended: {self.log.read_text()[-2000:]}")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def publisher(command: list[str], *, environment: dict[str, str], log: Path) -> Iterator[Publisher]:
    """Have a publisher that is ready when it begins."""
    with running(command, environment=environment, log=log, pipes=True) as process:
        yield Publisher(process, log)


def stamp(number: int) -> str:
    """Return the name by which the client knows a value: its number, and now."""
    return f"{number}.{time.monotonic_ns()}"


def answer_lines(publish: Callable[[int], None]) -> None:
    """Be a publisher: do what each line on stdin asks, by calling `publish` with each number."""
    _say({})
    for line in sys.stdin:
        wish = json.loads(line)
        began = time.monotonic()
        for i in range(wish["count"]):
            time.sleep(max(0.0, began + i / wish["rate"] - time.monotonic()))
            publish(wish["first"] + i)
        _say({"seconds": time.monotonic() - began})


async def answer_lines_async(publish: Callable[[int], Awaitable[None]]) -> None:
    """Be a publisher whose `publish` is a coroutine function."""
    import asyncio

    loop = asyncio.get_running_loop()
    _say({})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        wish = json.loads(line)
        began = time.monotonic()
        for i in range(wish["count"]):
            await asyncio.sleep(max(0.0, began + i / wish["rate"] - time.monotonic()))
            await publish(wish["first"] + i)
        _say({"seconds": time.monotonic() - began})


def _say(words: dict[str, Any]) -> None:
    print(json.dumps(words), flush=True)
