"""The door to the workers: `enqueue` waits for the commit and never fails a request."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def enqueue(job: str, *args: Any, queue: str = "default", delay: float = 0) -> None:
    """Have a worker call `job` (a dotted path) after the commit, `delay` seconds later.

    What must happen has a column that says whether it has: with Redis gone the job is dropped
    here, and a sweep finds the row.
    """
    transaction.on_commit(partial(_send, job, args, queue, delay))


def _send(job: str, args: tuple[Any, ...], queue: str, delay: float) -> None:
    try:
        target = django_rq.get_queue(queue)
        if delay:
            target.enqueue_in(timedelta(seconds=delay), job, *args)
        else:
            target.enqueue(job, *args)
    except (RedisError, OSError) as error:
        logger.warning("job %s is left to its sweep: %s", job, error)
