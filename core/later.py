"""The door to the workers: `enqueue` waits for the commit and never fails a request."""

import logging
import time
from functools import partial
from typing import Any

import django_rq
from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

from core.redis import impatient

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds that a Redis which failed is left alone: one request may have many jobs

_resumes_at = 0.0


def enqueue(job: str, *args: Any, queue: str = "default") -> None:
    """Have a worker call `job` (a dotted path) after the commit.

    What must happen has a column that says whether it has: with Redis gone the job is dropped
    here, and a sweep finds the row.
    """
    transaction.on_commit(partial(_send, job, args, queue))


def _send(job: str, args: tuple[Any, ...], queue: str) -> None:
    global _resumes_at
    if time.monotonic() < _resumes_at:
        logger.warning("job %s is left to its sweep: Redis has just failed", job)
        return
    try:
        django_rq.get_queue(queue, connection=impatient(settings.REDIS_URL)).enqueue(job, *args)
    except (RedisError, OSError) as error:
        _resumes_at = time.monotonic() + PAUSE
        logger.warning("job %s is left to its sweep: %s", job, error)
