"""What processes write down: readable lines in a checkout, JSON lines in production."""

import logging
import re
from logging.config import dictConfig
from typing import Any

READABLE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
JSON_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(process)d"
CHATTY = ("daphne", "asyncio", "PIL", "rq.scheduler", "rq.cron")


class RequestId(logging.Filter):
    """Gives each record the id of the request it was written in."""

    def filter(self, record: logging.LogRecord) -> bool:
        from core.middleware import request_id  # needs settings, and we are part of reading them

        record.request_id = request_id.get()
        return True


class Discretion(logging.Filter):
    """Keeps out what opens a door: Django logs the address of a request that failed.

    A link that sets a new password has its token in the address (base 36, a dash, 32 digits).
    """

    TOKEN = re.compile(r"\b[0-9a-z]{1,13}-[0-9a-f]{32}\b")

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                self.TOKEN.sub("[token]", arg) if isinstance(arg, str) else arg
                for arg in record.args
            )
        return True


def configure(options: dict[str, Any]) -> None:
    """Set logging up from `LOGGING`: `level`, and `readable` for people rather than machines."""
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"request": {"()": RequestId}, "discretion": {"()": Discretion}},
            "formatters": {
                "readable": {"format": READABLE, "datefmt": "%H:%M:%S"},
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "fmt": JSON_FIELDS,
                    "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
                },
            },
            "handlers": {
                "console": {
                    "class": "logging.StreamHandler",
                    "formatter": "readable" if options["readable"] else "json",
                    "filters": ["request", "discretion"],
                }
            },
            "root": {"level": options["level"], "handlers": ["console"]},
            "loggers": {name: {"level": "WARNING"} for name in CHATTY}
            | {
                # These bring handlers of their own, which would write each line twice.
                name: {"handlers": [], "propagate": True}
                for name in ("django", "django.server", "uvicorn", "uvicorn.error", "_granian")
            }
            # uvicorn writes access lines as soon as anybody takes them; metrics count requests.
            | {"uvicorn.access": {"handlers": [], "propagate": False}},
        }
    )
