"""Real threads, all let go at once."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections

PATIENCE = 60  # seconds until a race that hangs is a failure
MOST_AT_ONCE = 80  # connections: PostgreSQL takes 100 by default


def race(attempts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all `attempts` at once, on a connection a thread; return what each came to.

    An exception is what an attempt came to, too.
    """
    outcomes: list[Any] = [None] * len(attempts)
    waiting = list(enumerate(attempts))
    width = min(len(attempts), MOST_AT_ONCE)
    start = threading.Barrier(width)

    def run() -> None:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            while waiting:
                place, attempt = waiting.pop()
                outcomes[place] = _outcome(attempt)
        except IndexError:
            return  # another thread was faster
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the race hangs"
    return outcomes


def kinds(outcomes: Sequence[Any]) -> dict[str, int]:
    """Count what the outcomes were, by the name of their class."""
    names = [type(outcome).__name__ for outcome in outcomes]
    return {name: names.count(name) for name in sorted(set(names))}


def _outcome(attempt: Callable[[], Any]) -> Any:
    try:
        return attempt()
    except Exception as error:
        return error
