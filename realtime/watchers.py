"""Who watches: a watcher is one socket, and holds a watch on each of its topics."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from realtime import frames, measures
from realtime.badges import Badge
from realtime.frames import CLOSE_CODES, Frames, Style
from realtime.sinks import Sink


class Watched(Protocol):
    """What a watch asks of the feed it watches."""

    public: bool

    def remove(self, watch: "Watch") -> None:
        """Forget `watch`."""

    def catch_up(self, watch: "Watch") -> None:
        """Send `watch` a snapshot, soon."""


class Watch:
    """One watcher's eye on one topic."""

    __slots__ = ("behind", "feed", "over", "put", "style", "watcher")

    def __init__(self, *, watcher: "Watcher", feed: Watched, style: Style) -> None:
        self.watcher = watcher
        self.feed = feed
        self.style = style
        self.over = False
        self.fall_behind()

    def fall_behind(self) -> None:
        """Take no update before the next snapshot."""
        self.behind = True
        self.put: Callable[[Any], object] = _ignore

    @property
    def group(self) -> tuple[Style, bool]:
        """Return what tells apart the forms of one update: watches of a group share theirs."""
        return self.style, self.watcher.sink.takes_wire

    def start(self, snapshot: Frames) -> None:
        """Take `snapshot`, and updates from there on."""
        self.behind = False
        self.flow()
        if not self.watcher.sink.write(snapshot):
            self.fall_behind()

    def flow(self) -> None:
        """Let updates go the shortest way to the socket."""
        self.put = self.watcher.sink.pipe

    def hold(self) -> None:
        """Take no update while the socket is full; one that is missed asks for a snapshot."""
        if not self.behind:
            self.put = self._skip

    def end(self) -> None:
        """Take nothing more."""
        self.over = True
        self.put = _ignore

    def _skip(self, update: object) -> None:
        self.fall_behind()
        measures.skipped.add()


def _ignore(update: object) -> None:
    """Take nothing."""


def greet(watches: Sequence[Watch], snapshot: Frames) -> None:
    """Let `watches` begin, or begin again, with `snapshot`."""
    for watch in watches:
        if not watch.over:
            watch.start(snapshot)


def pour(watches: Sequence[Watch], update: Frames) -> None:
    """Give `update` to `watches` of one group, each of which takes it or lets it pass.

    Nothing is asked of a watch here: whatever changes its mind has put something else into `put`.
    """
    form = update.wire if watches[0].watcher.sink.takes_wire else update
    for put in [watch.put for watch in watches]:
        put(form)


class Watcher:
    """One socket, as the hub sees it."""

    __slots__ = ("_leaves_with_last", "_reason", "badge", "sink", "standing", "watches")

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.watches: dict[str, Watch] = {}
        self.badge: Badge | None = None  # what lets it watch private topics
        self.standing: int | None = None  # what the badge was worth when last looked at
        self._leaves_with_last = False
        self._reason = "unknown_topic"
        sink.on_full = self._hold
        sink.on_drained = self._resume

    def unwatch(self, topic: str) -> None:
        """End the watch on `topic`, if there is one."""
        watch = self.watches.pop(topic, None)
        if watch is not None:
            watch.feed.remove(watch)

    def refuse(self, topic: str, code: str) -> None:
        """Say that `topic` cannot be watched."""
        self.sink.write(frames.error(code, topic))
        self._reason = code
        self._leave_if_idle()

    def come_for(self, *, topics_alone: bool) -> None:
        """Let the socket close, or not, once none of its topics can be watched."""
        self._leaves_with_last = topics_alone
        self._leave_if_idle()

    def _leave_if_idle(self) -> None:
        if self._leaves_with_last and not self.watches:
            self.sink.close(CLOSE_CODES[self._reason])

    def _hold(self) -> None:
        for watch in self.watches.values():
            watch.hold()

    def _resume(self) -> None:
        for watch in self.watches.values():
            if watch.behind:
                watch.feed.catch_up(watch)
            else:
                watch.flow()
