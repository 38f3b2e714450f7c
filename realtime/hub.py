"""One hub a process: it listens to the channel layer for everybody and feeds the watchers."""

import asyncio
import logging
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

from channels.layers import get_channel_layer

from realtime import measures
from realtime.badges import standings
from realtime.feeds import Feed
from realtime.frames import Style
from realtime.outbox import group_of
from realtime.pace import Pace
from realtime.presence import Presence, viewers_change
from realtime.reading import read
from realtime.sealed import parse
from realtime.topics import find
from realtime.watchers import Watcher

logger = logging.getLogger(__name__)

RESYNC_EVERY = 4.75  # seconds, so that a fault is healed within 5
LINGER = 5.0  # seconds a topic stays warm after its last watcher went: pages reload
JOIN_TIMEOUT = 1.0  # seconds that a first snapshot waits for a slow channel layer
BEAT_EVERY = 1.0
COUNT_EVERY = 1.0
CHECK_EVERY = 4.0
AT_ONCE = 500  # badges that one query checks
TICK = 0.25
RESTART_AFTER = 1.0

_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = weakref.WeakKeyDictionary()


def get_hub() -> "Hub":
    """Return the hub of the running event loop, started if need be."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    """Owns one channel of the channel layer and joins the group of each watched topic."""

    def __init__(
        self,
        *,
        layer: Any = None,
        resync_every: float = RESYNC_EVERY,
        linger: float = LINGER,
    ) -> None:
        self.feeds: dict[str, Feed] = {}
        self._resync_every = resync_every
        self._linger = linger
        self._pace = Pace()
        self._layer: Any = layer or get_channel_layer()
        self._channel = ""
        self._listening = asyncio.Event()
        self._joined: set[str] = set()
        self._beats_sent = 0
        self._beats_heard = 0
        self._tasks: set[asyncio.Task[None]] = set()  # a task nobody keeps may be collected
        self._runs: dict[str, asyncio.Task[None]] = {}
        if self._layer is not None:
            self._supervise("listening", self._listen)
            self._supervise("beating", self._beat)
        self._supervise("resync", self._resync)
        self._supervise("counting", self._count)
        self._supervise("checking", self._check)

    def watch(self, watcher: Watcher, topic: str, style: Style) -> None:
        """Let `watcher` see `topic`: a snapshot, then updates; again, in another style."""
        self.unwatch(watcher, topic)
        feed = self.feeds.get(topic) or self._open(topic)
        watcher.watches[topic] = feed.add(watcher, style)

    def unwatch(self, watcher: Watcher, topic: str) -> None:
        """End `watcher`'s watch on `topic`, if it has one."""
        watch = watcher.watches.pop(topic, None)
        if watch is not None:
            watch.feed.remove(watch)

    def leave(self, watcher: Watcher) -> None:
        """Forget `watcher`."""
        for topic in list(watcher.watches):
            self.unwatch(watcher, topic)

    async def stop(self) -> None:
        """End all that runs for this hub."""
        tasks = [*self._tasks]
        for feed in self.feeds.values():
            feed.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        _hubs.pop(asyncio.get_running_loop(), None)

    def _open(self, topic: str) -> Feed:
        kind, _ = find(topic)
        feed = Feed(topic=topic, kind=kind, pace=self._pace)
        feed.on_unknown = lambda: self._end_unknown(feed)
        self.feeds[topic] = feed
        self._runs[topic] = self._supervise(topic, feed.run)
        self._keep(self._first_read(feed))
        return feed

    async def _first_read(self, feed: Feed) -> None:
        joining = self._keep(self._join(feed.topic))
        await asyncio.wait({joining}, timeout=JOIN_TIMEOUT)
        late = not joining.done()
        await feed.refresh()
        if late:
            await joining
            feed.refresh()  # what was published in between has passed us by

    def _end_unknown(self, feed: Feed) -> None:
        watches = list(feed.watches)
        self._close(feed)
        for watch in watches:
            watch.watcher.watches.pop(feed.topic, None)
            watch.watcher.refuse(feed.topic, "unknown_topic")

    def _close(self, feed: Feed) -> None:
        for watch in list(feed.watches):
            feed.remove(watch)
        del self.feeds[feed.topic]
        feed.stop()
        self._runs.pop(feed.topic).cancel()
        self._keep(self._part(feed.topic))

    async def _join(self, topic: str) -> None:
        if self._layer is None or topic in self._joined:
            return
        await self._listening.wait()
        try:
            await self._layer.group_add(group_of(topic), self._channel)
            self._joined.add(topic)
        except Exception as problem:
            logger.warning("Could not join %s yet: %r", topic, problem)

    async def _part(self, topic: str) -> None:
        if self._layer is None or topic not in self._joined:
            return
        self._joined.discard(topic)
        try:
            await self._layer.group_discard(group_of(topic), self._channel)
        except Exception as problem:
            logger.warning("Could not leave %s: %r", topic, problem)
        if topic in self.feeds:  # somebody came back while we left
            await self._join(topic)

    async def _listen(self) -> None:
        self._joined.clear()
        died_before = self._listening.is_set()
        self._channel = await self._layer.new_channel("hub.")
        self._listening.set()
        for topic in list(self.feeds):
            await self._join(topic)
        if died_before:
            self._refresh_all()
        while True:
            message = await self._layer.receive(self._channel)
            try:
                self._take(message)
            except Exception:
                logger.exception("A message from the channel layer made no sense")

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "beat":
            self._hear(message["number"])
        elif (feed := self.feeds.get(message["topic"])) is not None:
            feed.take([parse(fields) for fields in message["changes"]], since=message.get("since"))

    def _hear(self, number: int) -> None:
        lost = number - self._beats_heard - 1
        self._beats_heard = number
        if lost > 0:
            logger.info("Lost touch with the channel layer for %d beats: reading anew", lost)
            self._refresh_all()

    async def _beat(self) -> None:
        """Send ourselves a numbered message each second, the way all changes come.

        The layer says nothing when it loses its connection; a number that is missing does.
        """
        while True:
            await asyncio.sleep(BEAT_EVERY)
            await self._listening.wait()
            self._beats_sent += 1
            try:
                message = {"type": "beat", "number": self._beats_sent}
                await self._layer.send(self._channel, message)
            except Exception as problem:
                logger.debug("Beat %d was lost: %r", self._beats_sent, problem)

    async def _resync(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK)
            now = loop.time()
            measures.topics.set(len(self.feeds))
            measures.watches.set(sum(len(feed.watches) for feed in self.feeds.values()))
            for feed in list(self.feeds.values()):
                if feed.empty_since is not None and now - feed.empty_since >= self._linger:
                    self._close(feed)
                elif now - feed.read_at >= self._resync_every:
                    if self._listening.is_set():
                        self._keep(self._join(feed.topic))
                    feed.refresh()

    async def _count(self) -> None:
        """Tell watchers how many they are, once a second at most."""
        presence = Presence()
        while True:
            await asyncio.sleep(COUNT_EVERY)
            here = {topic: len(feed.watches) for topic, feed in self.feeds.items() if feed.presence}
            sums, version = await presence.sum(here)
            for topic, num_viewers in sums.items():
                if (feed := self.feeds.get(topic)) is not None and feed.watches:
                    feed.take_viewers(
                        viewers_change(topic, num_viewers=num_viewers, version=version)
                    )

    async def _check(self) -> None:
        """Take private topics from those who signed out or lost their rights meanwhile."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            private = [feed for feed in self.feeds.values() if not feed.public]
            watchers = list({watch.watcher for feed in private for watch in feed.watches})
            for start in range(0, len(watchers), AT_ONCE):
                await self._check_some(watchers[start : start + AT_ONCE])

    async def _check_some(self, watchers: list[Watcher]) -> None:
        badges = {watcher.badge for watcher in watchers if watcher.badge}
        try:
            worth = await read(standings, badges)
        except Exception as problem:
            logger.warning("Could not check who is still signed in: %r", problem)
            return
        for watcher in watchers:
            standing = worth.get(watcher.badge) if watcher.badge else None
            if standing is None or watcher.standing not in {None, standing}:
                self._expel(watcher)
            else:
                watcher.standing = standing

    def _expel(self, watcher: Watcher) -> None:
        watcher.badge = None
        for topic, watch in list(watcher.watches.items()):
            if not watch.feed.public:
                self.unwatch(watcher, topic)
                watcher.refuse(topic, "not_signed_in")

    def _refresh_all(self) -> None:
        for feed in self.feeds.values():
            feed.refresh()

    def _supervise(
        self, name: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> asyncio.Task[None]:
        return self._keep(self._restart(name, work))

    async def _restart(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do `work`, which never ends by itself; if it dies, say so and start it again."""
        while True:
            try:
                await work()
            except Exception as problem:
                logger.error("The hub's %s died and is started again", name, exc_info=problem)
            await asyncio.sleep(RESTART_AFTER)

    def _keep(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
