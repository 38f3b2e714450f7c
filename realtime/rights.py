"""Takes private topics from those who signed out or lost their rights while they watched."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from realtime.badges import standings
from realtime.feeds import Feed
from realtime.reading import read
from realtime.watchers import Watcher

logger = logging.getLogger(__name__)

CHECK_EVERY = 4.0  # seconds
AT_ONCE = 500  # badges that one query checks


class Checking:
    """Looks again and again at the badges of all who watch something private in `feeds`."""

    def __init__(self, feeds: Mapping[str, Feed]) -> None:
        self._feeds = feeds

    async def run(self) -> None:
        """Check for as long as there is a hub."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            watchers = self._privileged()
            for start in range(0, len(watchers), AT_ONCE):
                await _check(watchers[start : start + AT_ONCE])

    def _privileged(self) -> list[Watcher]:
        private = [feed for feed in self._feeds.values() if not feed.public]
        return list({watch.watcher for feed in private for watch in feed.watches})


async def _check(watchers: Sequence[Watcher]) -> None:
    badges = {watcher.badge for watcher in watchers if watcher.badge}
    try:
        worth = await read(standings, badges)
    except Exception as problem:
        logger.warning("Could not check who is still signed in: %r", problem)
        return
    for watcher in watchers:
        standing = worth.get(watcher.badge) if watcher.badge else None
        if standing is None or watcher.standing not in {None, standing}:
            _expel(watcher)
        else:
            watcher.standing = standing


def _expel(watcher: Watcher) -> None:
    watcher.badge = None
    watcher.names = dict.fromkeys(watcher.names)  # and attends as nobody
    for topic, watch in list(watcher.watches.items()):
        if not watch.feed.public:
            watcher.unwatch(topic)
            watcher.refuse(topic, "not_signed_in")
