"""The web process below a supervisor: each Granian worker dies with its master, however it dies."""

import signal

from config.embedded.keeper import die_with_parent
from config.wsgi import application

__all__ = ["application"]

if ask := die_with_parent(signal.SIGTERM):
    ask()
