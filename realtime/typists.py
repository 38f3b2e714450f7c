"""How many are typing or choosing on a topic: kept for seconds, in memory and Redis alone.

Whoever types says so again and again, and who stops simply falls silent. Nothing is written or
told for a signal: once a second each process tells its count and hears the sums, as of presence.
"""

import asyncio
from collections.abc import Hashable, Mapping

from realtime.feeds import Feed
from realtime.presence import Presence
from realtime.sealed import Sealed, seal
from realtime.topics import Change

LASTS = 4.0  # seconds for which a signal counts
PAUSE = 2.0  # seconds in which a second signal of the same person counts for nothing
TELL_EVERY = 1.0  # seconds
LIFETIME = 4_000  # milliseconds for which what a process has said is good


class Typists:
    """Notes who signals on the topics of `feeds`, and tells their watchers how many do."""

    def __init__(self, feeds: Mapping[str, Feed]) -> None:
        self._feeds = feeds
        self._signals: dict[str, dict[Hashable, float]] = {}  # when each person last counted
        self._presence = Presence("typing", lifetime=LIFETIME)

    def signal(self, topic: str, person: Hashable) -> None:
        """Count `person` for some seconds; one who signals without pause is not heard."""
        signals = self._signals.setdefault(topic, {})
        now = _now()
        if person not in signals or now - signals[person] >= PAUSE:
            signals[person] = now

    async def run(self) -> None:
        """Count for as long as there is a hub."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            await self._tell()

    async def _tell(self) -> None:
        self._forget()
        sums, version = await self._presence.sum(self._here())
        for topic, num_typing in sums.items():
            feed = self._feeds.get(topic)
            if feed is not None and (num_typing or feed.tells(f"typing.{topic}")):
                feed.take_count(typing_change(topic, num_typing=num_typing, version=version))

    def _here(self) -> dict[str, int]:
        watched = [topic for topic, feed in self._feeds.items() if feed.typing and feed.watches]
        return {topic: len(self._signals.get(topic, ())) for topic in watched}

    def _forget(self) -> None:
        """Drop the signals that have faded, and those of topics that nobody watches."""
        still = _now() - LASTS
        for topic, signals in list(self._signals.items()):
            fresh = {person: at for person, at in signals.items() if at > still}
            if fresh and topic in self._feeds:
                self._signals[topic] = fresh
            else:
                del self._signals[topic]


def typing_change(topic: str, *, num_typing: int, version: int) -> Sealed:
    """Say how many are typing on `topic`; `version` follows time."""
    _, _, ident = topic.partition(".")
    value = {"id": ident, "typing": num_typing}
    return seal(Change(f"typing.{topic}", "typing", version, value))


def _now() -> float:
    return asyncio.get_running_loop().time()
