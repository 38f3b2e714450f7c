"""Who watches: a watcher is one socket, and holds a watch on each of its topics."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from realtime import frames, measures
from realtime.badges import Badge
from realtime.frames import CLOSE_CODES, Frames, Style
from realtime.sign_in import Visitor
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

    __slots__ = ("behind", "feed", "group", "over", "put", "watcher")

    def __init__(self, *, watcher: "Watcher", feed: Watched, group: "Group") -> None:
        self.watcher = watcher
        self.feed = feed
        self.group = group
        self.over = False
        self.put: Callable[[Any], object]
        self.fall_behind()
        group.add(self)

    def fall_behind(self) -> None:
        """Take no update before the next snapshot."""
        self.behind = True
        self._take_by(_ignore)

    def start(self, snapshot: Frames) -> None:
        """Take `snapshot`, and updates from there on."""
        self.behind = False
        self.flow()
        if not self.watcher.sink.write(snapshot):
            self.fall_behind()

    def flow(self) -> None:
        """Let updates go the shortest way to the socket."""
        self._take_by(self.watcher.sink.pipe)

    def hold(self) -> None:
        """Take no update while the socket is full; one that is missed asks for a snapshot."""
        if not self.behind:
            self._take_by(self._skip)

    def end(self) -> None:
        """Take nothing more."""
        self.over = True
        self._take_by(_ignore)
        self.group.discard(self)

    def _take_by(self, put: Callable[[Any], object]) -> None:
        self.put = put
        self.group.row = None

    def _skip(self, update: object) -> None:
        self.fall_behind()
        measures.skipped.add()


def _ignore(update: object) -> None:
    """Take nothing."""


class Row(NamedTuple):
    """The watches of a group that are not behind, and how each takes an update."""

    watches: list[Watch]
    puts: list[Callable[[Any], object]]


class Group:
    """The watches of a feed that are given the very same object."""

    __slots__ = ("_watches", "row", "style", "takes_wire")

    def __init__(self, style: Style, *, takes_wire: bool) -> None:
        self.style = style
        self.takes_wire = takes_wire
        self.row: Row | None = None  # what was lined up last, while it is true
        self._watches: set[Watch] = set()

    def add(self, watch: Watch) -> None:
        """Line `watch` up, once it is not behind."""
        self._watches.add(watch)

    def discard(self, watch: Watch) -> None:
        """Forget `watch`."""
        self._watches.discard(watch)

    def line_up(self) -> Row:
        """Return who gets the next update; thousands are lined up once, not for each."""
        if self.row is None:
            watches = [watch for watch in self._watches if not watch.behind]
            self.row = Row(watches, [watch.put for watch in watches])
        return self.row

    def form(self, update: Frames) -> Frames | bytes:
        """Return `update` as these watches take it."""
        return update.wire if self.takes_wire else update

    def pour(self, row: Row, form: Frames | bytes, some: slice) -> int:
        """Give `form` to `some` of `row`, lined up a breath or more ago; return how many took it.

        Nothing is asked of a watch here: whoever changes its mind takes the row away.
        """
        puts = row.puts[some]
        if self.row is not row:
            puts = [watch.put for watch in row.watches[some]]
        for put in puts:
            put(form)
        return len(puts) if self.row is row else _count_current(row.watches[some])


def greet(watches: Sequence[Watch], snapshot: Frames, some: slice) -> int:
    """Let `some` of `watches` begin, or begin again, with `snapshot`; return how many did."""
    for watch in watches[some]:
        if not watch.over:
            watch.start(snapshot)
    return _count_current(watches[some])


def _count_current(watches: Sequence[Watch]) -> int:
    return sum([not (watch.behind or watch.over) for watch in watches])


class Watcher:
    """One socket, as the hub sees it."""

    __slots__ = (
        "_leaves_with_last",
        "_reason",
        "badge",
        "names",
        "sink",
        "standing",
        "visitor",
        "watches",
    )

    def __init__(self, sink: Sink, visitor: Visitor | None = None) -> None:
        self.sink = sink
        self.visitor = visitor
        self.names: dict[str, str | None] = {}  # as which it attends, by prefix of topics
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
