"""The door to the workers: `enqueue` waits for the commit and never fails a request."""

import logging
from functools import cache, partial
from typing import Any

import django_rq
from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that a request waits for a Redis that does not answer


def enqueue(job: str, *args: Any, queue: str = "default") -> None:
    """Have a worker call `job` (a dotted path) after the commit.

    What must happen has a column that says whether it has: with Redis gone the job is dropped
    here, and a sweep finds the row.
    """
    transaction.on_commit(partial(_send, job, args, queue))


def _send(job: str, args: tuple[Any, ...], queue: str) -> None:
    try:
        django_rq.get_queue(queue, connection=_connection()).enqueue(job, *args)
    except (RedisError, OSError) as error:
        logger.warning("job %s is left to its sweep: %s", job, error)


@cache
def _connection() -> Redis:
    """Return a connection of our own: workers wait for minutes on theirs, requests must not."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
