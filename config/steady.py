"""RQ's cron scheduler, on a grid: a beat that came late does not push back all that follow.

RQ counts each interval from the moment it woke up, which is a little late each time: 60 ms in 90
beats on a busy machine, and for ever more.
"""

from datetime import timedelta

from django_rq.cron import DjangoCronScheduler
from rq.cron import CronJob
from rq.utils import now


class SteadyScheduler(DjangoCronScheduler):
    """Counts the interval of a job from when it was due, unless a whole one was missed."""

    def __init__(self, logging_level: int) -> None:
        super().__init__(logging_level=logging_level)

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due, and return it."""
        due = {id(job): job.next_enqueue_time for job in self.get_jobs()}
        enqueued: list[CronJob] = super().enqueue_jobs()
        for job in enqueued:
            was_due = due[id(job)]
            if job.interval and was_due and now() < was_due + timedelta(seconds=job.interval):
                job.set_enqueue_time(was_due)
        return enqueued
