"""The live process below a supervisor: its workers die with their master, may open many files."""

import resource

from config import workers

workers.follow_master()  # first: loading takes a while, in which the master may be killed

from config.asgi import application  # noqa: E402  # before the rest, as it sets Django up
from realtime.server import Door, Socket  # noqa: E402

__all__ = ["Door", "Socket", "application"]

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
workers.sign()
