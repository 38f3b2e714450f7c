"""How many watch a topic now: counted in each process, summed in Redis, and never one by one.

A process says once a second how many watchers each of its topics has, and hears the sums in the
same breath, so that the cost follows processes and not people. What a process has said is good
for a few seconds only: those who die stop counting by themselves.
"""

import asyncio
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from redis.exceptions import RedisError

from core.redis import impatient
from realtime.feeds import Feed
from realtime.sealed import Sealed, seal
from realtime.topics import Change

COUNT_EVERY = 1.0  # seconds
LIFETIME = 12_000  # milliseconds for which what a process has said is good
AT_ONCE = 500  # topics in one call, so that Redis has time for others
SCRIPT = (Path(__file__).parent / "lua" / "count_viewers.lua").read_text()


def viewers_change(topic: str, *, num_viewers: int, version: int) -> Sealed:
    """Say how many watch `topic`; `version` follows time."""
    _, _, ident = topic.partition(".")
    value = {"id": ident, "viewers": num_viewers}
    return seal(Change(f"viewers.{topic}", "viewers_updated", version, value))


class Presence:
    """What this process tells of its watchers, or of some of them, and knows of all."""

    def __init__(self, name: str = "viewers", *, lifetime: int | None = None) -> None:
        self._name = name
        self._lifetime = lifetime or LIFETIME
        self._process = uuid.uuid4().hex
        self._told: set[str] = set()  # topics of which Redis has a count of ours
        self._clock = 0

    async def sum(self, here: Mapping[str, int]) -> tuple[dict[str, int], int]:
        """Tell how many there are of each topic here; return how many anywhere, and a version.

        Without Redis this process counts its own.
        """
        counts = {**dict.fromkeys(self._told, 0), **here}
        now = time.time_ns() // 1_000_000
        sums = dict(here)
        if counts:
            try:
                now, sums = await asyncio.to_thread(self._exchange, counts)
                self._told = {topic for topic, count in here.items() if count}
            except RedisError:
                pass
        self._clock = max(self._clock + 1, now)
        return sums, self._clock

    def _exchange(self, counts: Mapping[str, int]) -> tuple[int, dict[str, int]]:
        ask = impatient(settings.REDIS_URL).register_script(SCRIPT)
        topics, now, sums = list(counts), 0, dict[str, int]()
        for start in range(0, len(topics), AT_ONCE):
            some = topics[start : start + AT_ONCE]
            keys = [f"jari:{self._name}:{topic}" for topic in some]
            mine = [counts[topic] for topic in some]
            now, *answer = ask(keys, [self._process, self._lifetime, *mine])
            sums.update(zip(some, answer, strict=True))
        return now, sums


class Counting:
    """Tells the watchers of each of `feeds` how many they are, once a second at most."""

    def __init__(self, feeds: Mapping[str, Feed]) -> None:
        self._feeds = feeds
        self._presence = Presence()

    async def run(self) -> None:
        """Count for as long as there is a hub."""
        while True:
            await asyncio.sleep(COUNT_EVERY)
            await self._count()

    async def _count(self) -> None:
        here = {topic: len(feed.watches) for topic, feed in self._feeds.items() if feed.presence}
        sums, version = await self._presence.sum(here)
        for topic, num_viewers in sums.items():
            if (feed := self._feeds.get(topic)) is not None and feed.watches:
                feed.take_count(viewers_change(topic, num_viewers=num_viewers, version=version))
