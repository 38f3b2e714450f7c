"""A worker in the test's own process."""

import signal

from rq import Queue

from realtime.worker import Worker


def work_off(queue: Queue) -> None:
    """Do everything that is queued, as the worker process does, and leave the signals alone."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        Worker([queue], connection=queue.connection).work(burst=True, logging_level="WARNING")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert queue.failed_job_registry.count == 0
