"""The live process below a supervisor: each worker dies with its master and may open many files."""

import resource
import signal

from config.asgi import application
from config.embedded.keeper import die_with_parent

__all__ = ["application"]

if ask := die_with_parent(signal.SIGTERM):
    ask()
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
