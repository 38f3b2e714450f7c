"""A feed is one watched topic in this process: what is true of it, and who watches."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from realtime import frames, measures
from realtime.dense_state import DenseState
from realtime.errors import UnknownTopic
from realtime.frames import Frames, Style
from realtime.pace import Beat, Pace
from realtime.rendering import Rendered
from realtime.sealed import Sealed
from realtime.snapshots import Snapshot, Unread
from realtime.state import Held, State
from realtime.topics import TopicKind
from realtime.watchers import Group, Watch, Watcher, greet

logger = logging.getLogger(__name__)

BREATH = 256  # writes after which pings and new sockets get their turn


class Feed:
    """Merges what arrives and is the only one that writes to the watchers of its topic.

    One task does all the writing (`run`), so that snapshots and updates never overtake one
    another; reading happens beside it, so that a slow database does not hold up what is new.
    """

    def __init__(
        self,
        *,
        topic: str,
        kind: TopicKind,
        pace: Pace,
        read: Callable[[], Awaitable[Snapshot]],
    ) -> None:
        self.topic = topic
        self.public = kind.public
        self.presence = kind.presence
        self.typing = kind.typing
        self.watches: set[Watch] = set()
        self.empty_since: float | None = None
        self.read_at = asyncio.get_running_loop().time()
        self.on_unknown: Callable[[], None] = lambda: None
        self._state: Held = DenseState(kind.dense) if kind.dense else State()
        self._counts: dict[str, Sealed] = {}  # which no snapshot has, as they are in no database
        self._groups: dict[tuple[Style, bool], Group] = {}
        self._pace = pace
        self._rendered: dict[str, Rendered] = {}
        self._kind = kind
        self._read = read
        self._newcomers: set[Watch] = set()
        self._snapshots: dict[Style, Frames] = {}
        self._woken = asyncio.Event()
        self._since: float | None = None  # when the first that watchers do not know was committed
        self._beat = Beat()
        self._timer: asyncio.TimerHandle | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def loaded(self) -> bool:
        """Tell whether the topic has been read, and so exists."""
        return self._state.loaded

    def add(self, watcher: Watcher, style: Style) -> Watch:
        """Let `watcher` in; it gets a snapshot, then updates."""
        key = style, watcher.sink.takes_wire
        if key not in self._groups:
            self._groups[key] = Group(style, takes_wire=watcher.sink.takes_wire)
        watch = Watch(watcher=watcher, feed=self, group=self._groups[key])
        self.watches.add(watch)
        self.empty_since = None
        self.catch_up(watch)
        return watch

    def remove(self, watch: Watch) -> None:
        """Forget `watch`."""
        watch.end()
        self.watches.discard(watch)
        if not self.watches:
            self.empty_since = asyncio.get_running_loop().time()

    def catch_up(self, watch: Watch) -> None:
        """Send `watch` a snapshot, soon."""
        self._newcomers.add(watch)
        self._woken.set()

    def take(self, changes: Collection[Sealed], *, since: float | None = None) -> int:
        """Merge what came over the channel layer, where the first of them was committed at `since`.

        Return how many were news.
        """
        num_dirty = len(self._state.dirty)
        num_news = sum([self._state.merge(change) for change in changes])
        measures.changes_in.add(len(changes))
        measures.coalesced.add(len(changes) - (len(self._state.dirty) - num_dirty))
        if num_news:
            self._since = self._since or since
            self._changed()
        return num_news

    def tells(self, count: str) -> bool:
        """Tell whether watchers have been told what the key `count` counts."""
        return count in self._counts

    def take_count(self, count: Sealed) -> None:
        """Tell how many watch the topic, or type, if that is news."""
        known = self._counts.get(count.key)
        if known is None or count.value != known.value:
            self._counts[count.key] = count
            self.take([count])

    def stop(self) -> None:
        """End what runs beside the writing."""
        if self._reading is not None:
            self._reading.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def refresh(self) -> asyncio.Task[None]:
        """Read the topic from its source, once at a time, and mend what differs."""
        if self._reading is None or self._reading.done():
            self.read_at = asyncio.get_running_loop().time()
            self._reading = asyncio.create_task(self._refresh())
        return self._reading

    async def _refresh(self) -> None:
        self._state.begin_reading()
        try:
            snapshot = await self._read()
        except UnknownTopic:
            self.on_unknown()
            return
        except Unread:
            return
        first = not self._state.loaded
        if isinstance(snapshot, list):
            snapshot += self._counts.values()
        mended = self._state.replace(snapshot)
        if first:
            self._restart()
        elif mended:
            logger.info("%s: %d changes were healed", self.topic, mended)
            measures.healed.add(mended)
            self._changed()

    def _restart(self) -> None:
        """Let everybody start from a snapshot."""
        self._state.renewed = True
        self._changed()

    def _changed(self) -> None:
        self._snapshots = {}
        if self._timer is None:
            self._woken.set()

    async def run(self) -> None:
        """Serve the watchers for as long as there is a feed."""
        self._restart()  # whoever ran before may have died between taking a change and telling it
        while True:
            await self._woken.wait()
            self._woken.clear()
            if self._state.loaded:
                await self._take_turn()

    async def _take_turn(self) -> None:
        if self._state.renewed:
            self._renew()
        await self._greet()
        if self._state.dirty and not self._must_wait():
            await self._flush()

    def _renew(self) -> None:
        self._state.renewed = False
        self._state.dirty.clear()
        self._since = None
        self._state.seq += 1
        self._snapshots = {}
        for watch in self.watches:
            watch.fall_behind()
        self._newcomers = set(self.watches)

    async def _greet(self) -> None:
        newcomers, self._newcomers = self._newcomers, set()
        for style in {watch.group.style for watch in newcomers if not watch.over}:
            snapshot = await self._snapshot(style)
            greeted = [watch for watch in newcomers if watch.group.style == style]
            await self._write(len(greeted), snapshot, partial(greet, greeted, snapshot))

    async def _snapshot(self, style: Style) -> Frames:
        kept = self._snapshots  # a change while we render starts another dictionary
        if style not in kept:
            kept[style] = await self._encode("snapshot", style, self._state.whole())
        return kept[style]

    def _must_wait(self) -> bool:
        loop = asyncio.get_running_loop()
        now = loop.time()
        delay = max(self._beat.delay(now=now), self._pace.delay(now=now))
        if delay > 0 and self._timer is None:
            self._timer = loop.call_later(delay, self._ring)
        return delay > 0

    def _ring(self) -> None:
        self._timer = None
        self._woken.set()

    async def _flush(self) -> None:
        news = self._state.take_news()
        since, self._since = self._since, None
        rows = [(group, row) for group in self._groups.values() if (row := group.line_up()).puts]
        styles = {group.style for group, _ in rows}
        for style in styles:
            if style.format == "html":
                await self._render(style, news.changes)  # before the count moves: this waits
        self._state.seq += 1
        self._snapshots = {}
        self._beat.spend(now=asyncio.get_running_loop().time())
        updates = {style: await self._encode(news.type, style, news.changes) for style in styles}
        for group, row in rows:
            update = updates[group.style]
            pour = partial(group.pour, row, group.form(update))
            await self._write(len(row.puts), update, pour)
        if since is not None:
            measures.commit_to_write_seconds.observe(max(0.0, time.time() - since))

    async def _encode(self, kind: str, style: Style, changes: Sequence[Sealed]) -> Frames:
        if style.format == "html":
            return frames.html(await self._render(style, changes))
        if style.format == "events":
            return frames.events(self.topic, self._state.seq, changes)
        return frames.batch(kind, self.topic, self._state.seq, changes)

    async def _render(self, style: Style, changes: Sequence[Sealed]) -> list[str]:
        if self._kind.fragments is None:
            return []  # and keep nothing of what may be thousands of keys
        rendered = self._rendered.setdefault(style.language, Rendered(self._kind, style.language))
        return await rendered.fragments(changes)

    async def _write(
        self,
        count: int,
        content: Frames,
        tell: Callable[[slice], int],
    ) -> None:
        """Have `count` watches told of `content`, a slice a breath, and count what it took.

        `tell` returns how many of a slice took it.

        uvloop hands to the kernel when we pause, so that a breath is part of the work.
        """
        began = time.thread_time()
        num_written = 0
        for start in range(0, count, BREATH):
            num_written += tell(slice(start, start + BREATH))
            if count > BREATH:
                await asyncio.sleep(0)
        spent = time.thread_time() - began
        self._pace.spend(spent, now=asyncio.get_running_loop().time())
        measures.frames_out.add(num_written * len(content.payloads))
        measures.bytes_out.add(num_written * sum(map(len, content.payloads)))
        measures.flush_seconds.observe(spent)
