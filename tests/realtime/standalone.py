"""The live process's application, with topics whose truth is a file that tests write."""

import os
from pathlib import Path

import orjson

from config.live import application
from realtime.errors import UnknownTopic
from realtime.topics import Change, TopicKind, register

__all__ = ["application"]

TRUTH = Path(os.environ["TRUTH"])


def snapshot(ident):
    rows = orjson.loads(TRUTH.read_bytes())
    if ident not in rows:
        raise UnknownTopic
    return [Change(key, "told", version, value) for key, (version, value) in rows[ident].items()]


register(TopicKind(prefix="page", public=True, presence=True, snapshot=snapshot))
