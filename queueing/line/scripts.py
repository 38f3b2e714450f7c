"""The Lua functions: read once, sent once, then called by their digest.

Each begins with the parts that it needs, of the folder `parts`.
"""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from redis import Redis, exceptions

from queueing.line.errors import LineAway

HERE = Path(__file__).parent
# Each call makes all functions of its parts anew, so that none gets what it has no use for.
BEFORE_ALL = ("state",)
BEFORE = {
    "admit": ("leaving", "calling"),
    "attend": ("hearing", "presence"),
    "beat": ("hearing", "presence"),
    "begin": ("hearing",),
    "draw": ("leaving", "drawing"),
    "join": ("hearing", "presence", "limits", "opening"),
    "keep": ("presence",),
    "leave": ("leaving",),
    "readmit": ("hearing", "presence", "leaving"),
    "rename": ("hearing", "presence", "leaving"),
    "restore": ("hearing", "presence", "leaving"),
    "tick": ("hearing", "presence", "leaving", "limits", "calling", "opening", "drawing"),
}
AWAY = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
)
UNABLE = ("MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "LOADING")


class Script(NamedTuple):
    text: str
    digest: str


def _read(path: Path) -> Script:
    parts = *BEFORE_ALL, *BEFORE.get(path.stem, ())
    files = [*(HERE / "parts" / f"{part}.lua" for part in parts), path]
    text = "\n".join(file.read_text() for file in files)
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


SCRIPTS = {path.stem: _read(path) for path in sorted(HERE.glob("*.lua"))}


def run(redis: Redis, name: str, keys: list[str], words: list[str | int]) -> Any:
    """Run the Lua function `name`; raises `LineAway` where Redis cannot."""
    script = SCRIPTS[name]
    try:
        return _evaluate(redis, script, keys, words)
    except AWAY as error:
        raise LineAway from error
    except exceptions.ResponseError as error:
        if str(error).startswith(UNABLE):
            raise LineAway from error
        raise


def _evaluate(redis: Redis, script: Script, keys: list[str], words: list[str | int]) -> Any:
    texts = [*keys, *map(str, words)]
    try:
        return redis.evalsha(script.digest, len(keys), *texts)
    except exceptions.NoScriptError:
        return redis.eval(script.text, len(keys), *texts)
