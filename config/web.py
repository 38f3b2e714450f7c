"""The web process below a supervisor: each Granian worker is counted and dies with its master."""

from config import workers

workers.follow_master()  # first: loading takes a while, in which the master may be killed

from config.wsgi import application  # noqa: E402

__all__ = ["application"]

workers.sign()
