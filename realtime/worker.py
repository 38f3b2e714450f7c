"""The RQ worker of this house."""

from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue

from realtime.publish import flush


class Worker(SimpleWorker):
    """Runs jobs in its own process, as a fork a second is dear, and sends what they published."""

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Perform `job`, then wait until its changes have left."""
        try:
            return super().perform_job(job, queue)
        finally:
            flush()
