"""Finding a person by their number, as operators do: no step of the line itself needs it."""

from typing import Any

from django.conf import settings

from core.redis import impatient
from queueing.line.errors import LineAway
from queueing.line.lines import KEYS, Line
from queueing.line.scripts import AWAY

MOST_CALLED = 20_000  # people who are looked through
BY_NUMBER = ("line", "early")


def find_person(line: Line, number: int) -> str | None:
    """Return who has `number`, waiting or called; who has come in has none any more.

    Raises `LineAway`.
    """
    redis = impatient(settings.REDIS_URL)
    try:
        return _find(redis, dict(zip(KEYS, line.keys, strict=True)), number)
    except AWAY as error:
        raise LineAway from error


def _find(redis: Any, keys: dict[str, str], number: int) -> str | None:
    for name in BY_NUMBER:
        for person in redis.zrange(keys[name], number, number, byscore=True):
            return str(person.decode())
    if redis.hlen(keys["called"]) > MOST_CALLED:
        return None
    called = redis.hgetall(keys["called"]).items()
    return next((person.decode() for person, other in called if int(other) == number), None)
