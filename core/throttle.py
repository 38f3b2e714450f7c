"""Counts attempts, and says `SlowDown` when there are too many.

The count is kept in Redis, in windows that begin with the first attempt. Without Redis each
process counts for itself: the door is never open, and never stuck either.
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from threading import Lock
from typing import cast

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.errors import SlowDown

logger = logging.getLogger(__name__)

PATIENCE = 0.3  # seconds we wait for Redis before we count for ourselves
PAUSE = 1.0  # seconds until we ask a Redis again that failed us
REMEMBERED = 20_000  # windows a process keeps when it counts for itself

# Counts all keys or, if one is full, none. Returns the milliseconds to wait, 0 for none.
SPEND = """
local wait = 0
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[2 * i - 1]) then
    wait = math.max(wait, redis.call('PTTL', key), 1)
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return 0
"""
GIVE_BACK = """
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) > 0 then redis.call('DECR', key) end
end
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many `times` in so many `seconds`, for each key."""

    name: str
    times: int
    seconds: int

    def key(self, *who: str) -> "Key":
        """Return what counts the attempts of `who`."""
        digest = hashlib.sha256("\0".join(who).encode(errors="replace")).hexdigest()
        return Key(f"jari:throttle:{self.name}:{digest[:32]}", self)


@dataclass(frozen=True, slots=True)
class Key:
    """What the attempts of somebody are counted under."""

    name: str
    limit: Limit


def spend(*keys: Key) -> None:
    """Count one attempt for each of `keys`, or raise `SlowDown` and count none."""
    if not settings.THROTTLE or not keys:
        return
    wait = shared(settings.REDIS_URL).spend(keys)
    if wait is None:
        wait = _own.spend(keys)
    if wait > 0:
        raise SlowDown(retry_after=ceil(wait))


def spend_here(*keys: Key) -> None:
    """Do as `spend` does, in this process alone: where asking Redis would cost as much as the rest.

    With several processes somebody may have so many times more.
    """
    if settings.THROTTLE and (wait := _own.spend(keys)) > 0:
        raise SlowDown(retry_after=ceil(wait))


def give_back(*keys: Key) -> None:
    """Uncount one attempt for each of `keys`: it was a rightful one."""
    if not settings.THROTTLE or not keys:
        return
    shared(settings.REDIS_URL).give_back(keys)
    _own.give_back(keys)


class Shared:
    """The count that all processes share, in Redis; None where it cannot be asked."""

    def __init__(self, url: str) -> None:
        self._resumes_at = 0.0
        # A pooled connection may be stale, so each call is tried twice.
        self._redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )

    def spend(self, keys: Sequence[Key]) -> float | None:
        """Count one attempt for each; return the seconds to wait if one is full, 0 if none."""
        limits = [n for key in keys for n in (key.limit.times, key.limit.seconds * 1000)]
        wait = self._run(SPEND, keys, limits)
        return None if wait is None else wait / 1000

    def give_back(self, keys: Sequence[Key]) -> None:
        """Uncount one attempt for each."""
        self._run(GIVE_BACK, keys, [])

    def _run(self, script: str, keys: Sequence[Key], limits: list[int]) -> int | None:
        if time.monotonic() < self._resumes_at:
            return None
        try:
            names = [key.name for key in keys]
            return cast(int, self._redis.eval(script, len(names), *names, *limits) or 0)
        except (RedisError, OSError) as failure:
            self._resumes_at = time.monotonic() + PAUSE
            logger.warning("throttle: Redis does not answer (%s); counting alone", failure)
            return None


@lru_cache(maxsize=2)
def shared(url: str) -> Shared:
    """Return the count in the Redis at `url`."""
    return Shared(url)


class Own:
    """The count that one process keeps for itself."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[str, tuple[int, float]] = {}  # name → count, end

    def spend(self, keys: Sequence[Key]) -> float:
        """Count one attempt for each; return the seconds to wait if one is full, 0 if none."""
        now = time.monotonic()
        with self._lock:
            open_windows = {key: self._window(key, now) for key in keys}
            full = [end - now for key, (n, end) in open_windows.items() if n >= key.limit.times]
            if full:
                return max(full)
            for key, (count, end) in open_windows.items():
                self._windows[key.name] = count + 1, end
            self._forget(now)
        return 0.0

    def give_back(self, keys: Sequence[Key]) -> None:
        """Uncount one attempt for each."""
        with self._lock:
            for key in keys:
                if key.name in self._windows:
                    count, end = self._windows[key.name]
                    self._windows[key.name] = max(count - 1, 0), end

    def _window(self, key: Key, now: float) -> tuple[int, float]:
        count, end = self._windows.get(key.name, (0, 0.0))
        return (count, end) if now < end else (0, now + key.limit.seconds)

    def _forget(self, now: float) -> None:
        if len(self._windows) <= REMEMBERED:
            return
        for name in [name for name, (_, end) in self._windows.items() if end <= now]:
            del self._windows[name]
        while len(self._windows) > REMEMBERED:
            del self._windows[next(iter(self._windows))]


_own = Own()
