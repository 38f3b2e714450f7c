"""The live process below a supervisor: its workers die with their master, may open many files."""

import gc
import resource

from config import workers

workers.follow_master()  # first: loading takes a while, in which the master may be killed

from config.asgi import application  # noqa: E402  # before the rest, as it sets Django up
from realtime.server import Door, Socket  # noqa: E402

__all__ = ["Door", "Socket", "application"]

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

# What was loaded stays: a full collection need not look at it, and then stalls sockets less (12,000
# came and went: 94 ms at most instead of 324). Rarer collections help nobody: closed sockets are
# garbage in cycles, and a tenth as many collections took 140 MB and 455 ms.
gc.collect()
gc.freeze()

workers.sign()
