"""One hub a process: it listens to the channel layer for everybody and feeds the watchers."""

import asyncio
import logging
import weakref
from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from realtime import measures
from realtime.feeds import Feed
from realtime.frames import Style
from realtime.outbox import group_of
from realtime.pace import Pace
from realtime.presence import Counting
from realtime.rights import Checking
from realtime.sealed import parse
from realtime.snapshots import ABREAST, Reader
from realtime.supervision import Supervisor
from realtime.topics import TopicKind, find
from realtime.watchers import Watcher

logger = logging.getLogger(__name__)

RESYNC_EVERY = 4.75  # seconds, so that a fault is healed within 5
LINGER = 5.0  # seconds a topic stays warm after its last watcher went: pages reload
JOIN_TIMEOUT = 1.0  # seconds that a first snapshot waits for a slow channel layer
BEAT_EVERY = 1.0
TICK = 0.25
BREATH = 200  # topics after which others get their turn

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
        self._readers: dict[TopicKind, Reader] = {}
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._tasks = Supervisor()
        if self._layer is not None:
            self._tasks.keep_alive("listening", self._listen)
            self._tasks.keep_alive("beating", self._beat)
        self._tasks.keep_alive("resync", self._resync)
        self._tasks.keep_alive("counting", Counting(self.feeds).run)
        self._tasks.keep_alive("checking", Checking(self.feeds).run)

    def watch(self, watcher: Watcher, topic: str, style: Style) -> None:
        """Let `watcher` see `topic`: a snapshot, then updates; again, in another style."""
        watcher.unwatch(topic)
        feed = self.feeds.get(topic) or self._open(topic)
        watcher.watches[topic] = feed.add(watcher, style)

    def unwatch(self, watcher: Watcher, topic: str) -> None:
        """End `watcher`'s watch on `topic`, if it has one."""
        watcher.unwatch(topic)

    def leave(self, watcher: Watcher) -> None:
        """Forget `watcher`."""
        for topic in list(watcher.watches):
            watcher.unwatch(topic)

    async def stop(self) -> None:
        """End all that runs for this hub."""
        for feed in self.feeds.values():
            feed.stop()
        await self._tasks.stop()
        _hubs.pop(asyncio.get_running_loop(), None)

    def _open(self, topic: str) -> Feed:
        kind, ident = find(topic)
        read = partial(self._reader(kind).ask, ident)
        feed = Feed(topic=topic, kind=kind, pace=self._pace, read=read)
        feed.on_unknown = lambda: self._end_unknown(feed)
        self.feeds[topic] = feed
        self._runs[topic] = self._tasks.keep_alive(topic, feed.run)
        self._tasks.start(self._first_read(feed))
        return feed

    def _reader(self, kind: TopicKind) -> Reader:
        if kind not in self._readers:
            reader = self._readers[kind] = Reader(kind)
            for _ in range(ABREAST):
                self._tasks.keep_alive(f"reading of {kind.prefix}", reader.run)
        return self._readers[kind]

    async def _first_read(self, feed: Feed) -> None:
        joining = self._tasks.start(self._join(feed.topic))
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
        self._tasks.start(self._part(feed.topic))

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
        """Read anew what was not read for a while, and close what nobody watches."""
        while True:
            await asyncio.sleep(TICK)
            measures.topics.set(len(self.feeds))
            measures.watches.set(sum(len(feed.watches) for feed in self.feeds.values()))
            for number, topic in enumerate(list(self.feeds), start=1):
                if (feed := self.feeds.get(topic)) is not None:
                    self._look_after(feed)
                if number % BREATH == 0:
                    await asyncio.sleep(0)

    def _look_after(self, feed: Feed) -> None:
        now = asyncio.get_running_loop().time()
        if feed.empty_since is not None and now - feed.empty_since >= self._linger:
            self._close(feed)
        elif now - feed.read_at >= self._resync_every:
            if self._listening.is_set() and feed.topic not in self._joined:
                self._tasks.start(self._join(feed.topic))
            feed.refresh()

    def _refresh_all(self) -> None:
        for feed in self.feeds.values():
            feed.refresh()
