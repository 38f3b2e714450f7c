"""The processes that make up Jari, as commands."""

import sys
from dataclasses import dataclass, field

from django.conf import settings

from realtime.limits import FRAME_BYTES

MANAGE = (sys.executable, "manage.py")
STOP_SECONDS = 4


@dataclass(frozen=True)
class Process:
    """One process: what it is called, what runs it, what it finds in its environment besides,
    on which port it answers /healthz, and how many workers sign the roll below it."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    port: int | None = None
    num_workers: int = 0


def web() -> Process:
    """Pages, API and admin: WSGI on Granian."""
    return Process(
        "web",
        (
            *(sys.executable, "-m", "granian", "config.web:application", "--interface", "wsgi"),
            *("--host", settings.LISTEN, "--port", str(settings.PORT), "--no-ws"),
            *("--workers", str(settings.WEB_WORKERS)),
            *("--blocking-threads", str(settings.WEB_THREADS)),
            *("--respawn-failed-workers", "--respawn-interval", "0.5"),
            *("--workers-kill-timeout", str(STOP_SECONDS), "--log-level", "error"),
        ),
        port=settings.PORT,
        num_workers=settings.WEB_WORKERS,
    )


def live() -> Process:
    """The sockets: ASGI on uvicorn."""
    return Process(
        "live",
        (
            *(sys.executable, "-m", "uvicorn", "config.live:application"),
            *("--host", settings.LISTEN, "--port", str(settings.LIVE_PORT)),
            *("--workers", str(settings.LIVE_WORKERS), "--loop", "uvloop", "--lifespan", "off"),
            *("--http", "config.live:Door", "--ws", "config.live:Socket"),
            *("--ws-per-message-deflate", "false", "--backlog", "4096"),
            *("--ws-max-size", str(FRAME_BYTES)),
            *("--timeout-graceful-shutdown", str(STOP_SECONDS)),
            *("--log-level", "warning", "--no-access-log"),
        ),
        port=settings.LIVE_PORT,
        num_workers=settings.LIVE_WORKERS,
    )


def worker() -> Process:
    """Jobs."""
    return Process(
        "worker",
        (
            *(*MANAGE, "rqworker", "ticks", "default", "--verbosity", "0"),
            *("--worker-class", "realtime.worker.Worker", "--worker-ttl", "30"),
        ),
    )


def cron() -> Process:
    """Puts what is due into the queues."""
    return Process("cron", (*MANAGE, "rqcron", "config/cron.py", "--logging-level", "WARNING"))


def runserver() -> Process:
    """Pages, API and sockets in one process that starts again when the code changes."""
    return Process(
        "web",
        (*MANAGE, "runserver", f"{settings.LISTEN}:{settings.PORT}"),
        {"LIVE_PORT": str(settings.PORT)},
        port=settings.PORT,
    )
