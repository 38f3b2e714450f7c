"""The live process below a supervisor: each worker dies with its master and may open many files."""

import multiprocessing
import os
import resource
import signal
import threading

from config.asgi import application  # first: it sets Django up, and uvicorn asks for the rest first
from realtime.server import Door, Socket

__all__ = ["Door", "Socket", "application"]


def follow_master() -> None:
    """End when the master has been killed, which cannot tell its workers any more."""
    if master := multiprocessing.parent_process():
        master.join()
        os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=follow_master, name="follow-master", daemon=True).start()
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
