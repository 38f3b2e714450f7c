"""Who watches: a watcher is one socket, and holds a watch on each of its topics."""

from typing import Protocol

from realtime import frames
from realtime.badges import Badge
from realtime.frames import CLOSE_CODES, Style
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
        self.put = watcher.sink.write  # bound once: a flush calls it for thousands
        self.feed = feed
        self.style = style
        self.behind = True  # it needs a snapshot before an update makes sense
        self.over = False


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
        sink.on_drained = self._catch_up

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

    def _catch_up(self) -> None:
        for watch in self.watches.values():
            if watch.behind:
                watch.feed.catch_up(watch)
