"""People who line up by HTTP, each once, and ask how they stand."""

import random
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from rig.product import made
from rig.report import percentile, spread
from rig.requests import Result, get, post, send
from tests.stack import Stack

CONNECTIONS = 32
WARMING_UP = 1  # rounds that do not count
AT_ONCE = 50  # may be in, of those who arrive


def measure_http(stack: Stack, tokens: Sequence[str], rounds: int) -> list[dict[str, Any]]:
    """Have everybody line up before a fresh event, then ask."""
    joins, questions = [], []
    for number in range(-WARMING_UP, rounds):
        event = str(made(stack, "--line", str(AT_ONCE))["event"])
        joined = join(stack, event, tokens)
        _, room = stack.get(f"/api/queue/status/{event}")
        assert room["waiting"] + room["active"] == len(tokens), room
        asked = ask(stack, event, tokens)
        if number >= 0:
            joins.append(joined)
            questions.append(asked)
            print(
                f"  round {number + 1}: {told(joined)} joins, {told(asked)} questions", flush=True
            )
    return [row("join by HTTP", joins), row("ask by HTTP", questions)]


def by_token(tokens: Sequence[str], make: Callable[[dict[str, str]], bytes]) -> list[bytes]:
    """Return one request each, in an order that nobody planned."""
    requests = [make({"Authorization": f"Bearer {token}"}) for token in tokens]
    random.shuffle(requests)
    return requests


def join(stack: Stack, event: str, tokens: Sequence[str]) -> Result:
    """Have each line up once by HTTP."""
    path = f"/api/queue/check/{event}"
    requests = by_token(tokens, lambda headers: post(path, b"", headers))
    return answered(send(stack.port, requests, connections=CONNECTIONS))


def ask(stack: Stack, event: str, tokens: Sequence[str]) -> Result:
    """Have each ask once how they stand."""
    path = f"/api/queue/status/{event}"
    requests = by_token(tokens, lambda headers: get(path, headers))
    return answered(send(stack.port, requests, connections=min(CONNECTIONS, len(requests))))


def answered(result: Result) -> Result:
    assert set(result.statuses) == {200}, result.statuses
    return result


def told(result: Result) -> str:
    rate = len(result.seconds) / result.elapsed
    return f"{rate:.0f}/s (p99 {percentile(result.seconds, 0.99) * 1000:.0f} ms)"


def row(label: str, results: Sequence[Result]) -> dict[str, Any]:
    """Return a line of the table."""
    times = [[1000 * second for second in one.seconds] for one in results]
    return {
        "label": f"{label}, {CONNECTIONS} connections",
        "per_second": spread([len(one.seconds) / one.elapsed for one in results]),
        "p50_ms": spread([statistics.median(one) for one in times]),
        "p99_ms": spread([percentile(one, 0.99) for one in times]),
    }
