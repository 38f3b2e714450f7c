"""The discipline towards the database: retries, and connections that are alive."""

import functools
import random
import select
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection, connections
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 5
LOST_RACES = {"40001", "40P01"}  # serialization failure, deadlock
BUSY = {"55P03", "57014"}  # lock_timeout, statement_timeout


class Busy(DomainError):
    """The database was too busy for this within its time; nothing was changed."""

    code = "busy"
    status = 503
    sentence = _("Very many people are here at once. Please try again.")


def retrying(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run the whole `use_case` again when it lost a race, at most 5 times, jittered."""

    @functools.wraps(use_case)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return use_case(*args, **kwargs)
            except OperationalError as error:
                sqlstate = getattr(error.__cause__, "sqlstate", None)
                if sqlstate in BUSY:
                    raise Busy(retry_after=1) from error
                if sqlstate not in LOST_RACES or connection.in_atomic_block:
                    raise
                if attempt == TRIES:
                    raise Busy(retry_after=1) from error
                time.sleep(random.uniform(0.005, 0.02 * 2**attempt))  # noqa: S311
        raise AssertionError("unreachable")

    return tried


def drop_dead_connections(**_: Any) -> None:
    """Close connections that the server has hung up on; costs a system call, no round trip.

    An idle PostgreSQL connection has nothing to say. If it is readable, it is the end of file
    or the last words of a server that went down.
    """
    for wrapper in connections.all(initialized_only=True):
        raw = wrapper.connection
        if not isinstance(raw, psycopg.Connection) or wrapper.in_atomic_block:
            continue
        if raw.closed or _readable(raw.fileno()):
            wrapper.close()


def _readable(descriptor: int) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))
