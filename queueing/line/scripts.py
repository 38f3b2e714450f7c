"""The Lua functions: read once, sent once, then called by their digest."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from redis import Redis, exceptions

from queueing.line.errors import LineAway

HERE = Path(__file__).parent
COMMON = "common"
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
    text = (HERE / f"{COMMON}.lua").read_text() + path.read_text()
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


SCRIPTS = {path.stem: _read(path) for path in sorted(HERE.glob("*.lua")) if path.stem != COMMON}


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
