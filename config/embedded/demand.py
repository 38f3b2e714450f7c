"""Starts the embedded servers for the `manage.py` commands that need them."""

import sys
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings

from config.embedded.lease import hold

WITHOUT_SERVERS = {
    *("help", "version", "check", "diffsettings", "collectstatic", "findstatic", "spectacular"),
    *("makemessages", "compilemessages", "catalogues", "startapp", "up", "dev", "run"),
}


def servers_for(words: list[str]) -> AbstractContextManager[object]:
    """Return what keeps the servers running while the command `words` runs."""
    if not words or words[0].startswith("-") or words[0] in WITHOUT_SERVERS:
        return nullcontext()
    if {"--help", "-h"} & set(words):
        return nullcontext()
    return hold(settings.VAR, settings.EMBEDDED, say=say)


def say(sentence: str) -> None:
    """Tell a waiting person what takes so long, out of the way of the command's own output."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{sentence} …\n")
