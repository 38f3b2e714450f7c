"""What the cron process puts into the queues, and how often."""

from rq import cron

from accounts.jobs import sweep_sign_ins
from queueing import jobs as queueing
from ticketing import jobs
from voting import jobs as voting

# A beat that no worker took in time is dropped: the next one does all that it would have done.
cron.register(jobs.tick, "ticks", interval=1, ttl=3, result_ttl=0, failure_ttl=3600)
cron.register(queueing.tick, "ticks", interval=1, ttl=3, result_ttl=0, failure_ttl=3600)
cron.register(voting.tick, "ticks", interval=1, ttl=3, result_ttl=0, failure_ttl=3600)
cron.register(jobs.sweep, "ticks", interval=5, ttl=10, result_ttl=0, failure_ttl=3600)
cron.register(voting.sweep, "ticks", interval=5, ttl=10, result_ttl=0, failure_ttl=3600)
cron.register(jobs.play_sandbox, "ticks", interval=1, ttl=3, result_ttl=0, failure_ttl=3600)
cron.register(queueing.sweep, "default", interval=3600, ttl=3600, result_ttl=0)
cron.register(sweep_sign_ins, "default", interval=3600, ttl=3600, result_ttl=0)
