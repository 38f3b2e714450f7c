"""What went over the wire to PostgreSQL, as libpq itself saw it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def round_trips() -> Iterator[list[str]]:
    """Collect the messages to PostgreSQL that wait for an answer, of raw cursors too."""
    connection.ensure_connection()
    raw = connection.connection.pgconn
    seen: list[str] = []
    with tempfile.TemporaryFile("r+") as trace:
        raw.trace(trace.fileno())
        try:
            yield seen
        finally:
            raw.untrace()
            trace.seek(0)
            messages = (line.rstrip().split("\t")[1:] for line in trace)
            seen.extend(
                message[2] for message in messages if message[0] == "F" and message[2] in ASKS
            )


ASKS = {"Query", "Sync"}
