"""One hub a process: it keeps a feed for each watched topic, and whatever feeds it."""

import asyncio
import weakref
from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from realtime import measures
from realtime.attendance import Roll
from realtime.feeds import Feed
from realtime.frames import Style
from realtime.listening import Listener
from realtime.pace import Pace
from realtime.presence import Counting
from realtime.rights import Checking
from realtime.snapshots import ABREAST, Reader
from realtime.supervision import Supervisor
from realtime.topics import TopicKind, find
from realtime.typists import Typists
from realtime.watchers import Watcher

RESYNC_EVERY = 4.75  # seconds, so that a fault is healed within 5
LINGER = 5.0  # seconds a topic stays warm after its last watcher went: pages reload
JOIN_TIMEOUT = 1.0  # seconds that a first snapshot waits for a slow channel layer
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
    """Brings watchers and feeds together, and has those work who keep the feeds true."""

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
        layer = layer or get_channel_layer()
        self._listener = Listener(layer, self.feeds, on_missed=self._refresh_all)
        self._readers: dict[TopicKind, Reader] = {}
        self._rolls: dict[str, Roll] = {}
        self._runs: dict[str, list[asyncio.Task[None]]] = {}
        self.typists = Typists(self.feeds)
        self._tasks = Supervisor()
        if layer is not None:
            self._tasks.keep_alive("listening", self._listener.listen)
            self._tasks.keep_alive("beating", self._listener.beat)
        self._tasks.keep_alive("resync", self._resync)
        self._tasks.keep_alive("counting", Counting(self.feeds).run)
        self._tasks.keep_alive("typing", self.typists.run)
        self._tasks.keep_alive("checking", Checking(self.feeds).run)

    def watch(self, watcher: Watcher, topic: str, style: Style) -> None:
        """Let `watcher` see `topic`: a snapshot, then updates; again, in another style."""
        watcher.unwatch(topic)
        feed = self.feeds.get(topic) or self._open(topic)
        watch = watcher.watches[topic] = feed.add(watcher, style)
        if (roll := self._rolls.get(topic)) is not None:
            roll.enter(watch)

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
        self._runs[topic] = [self._tasks.keep_alive(topic, feed.run)]
        if kind.attended is not None:
            roll = self._rolls[topic] = Roll(feed, kind=kind, ident=ident)
            self._runs[topic] += [self._tasks.keep_alive(f"attendance of {topic}", roll.run)]
        self._tasks.start(self._first_read(feed))
        return feed

    def _reader(self, kind: TopicKind) -> Reader:
        if kind not in self._readers:
            reader = self._readers[kind] = Reader(kind)
            for _ in range(ABREAST):
                self._tasks.keep_alive(f"reading of {kind.prefix}", reader.run)
        return self._readers[kind]

    async def _first_read(self, feed: Feed) -> None:
        joining = self._tasks.start(self._listener.join(feed.topic))
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
        self._rolls.pop(feed.topic, None)
        for run in self._runs.pop(feed.topic):
            run.cancel()
        self._tasks.start(self._listener.part(feed.topic))

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
            if self._listener.ready.is_set() and feed.topic not in self._listener.joined:
                self._tasks.start(self._listener.join(feed.topic))
            feed.refresh()

    def _refresh_all(self) -> None:
        for feed in self.feeds.values():
            feed.refresh()
