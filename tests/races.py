"""Real threads, all let go at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

PATIENCE = 60  # seconds until a race that hangs is a failure
MOST_AT_ONCE = 80  # connections: PostgreSQL takes 100 by default


def race(attempts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all `attempts` at once, each on a connection of its own; return what each came to.

    An exception is what an attempt came to, too.
    """
    width = min(len(attempts), MOST_AT_ONCE)
    start = threading.Barrier(width)

    def run(attempt: Callable[[], Any]) -> Any:
        try:
            return attempt()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(width, initializer=lambda: start.wait(PATIENCE)) as pool:
        return list(pool.map(run, attempts, timeout=PATIENCE))


def kinds(outcomes: Sequence[Any]) -> dict[str, int]:
    """Count what the outcomes were, by the name of their class."""
    names = [type(outcome).__name__ for outcome in outcomes]
    return {name: names.count(name) for name in sorted(set(names))}
