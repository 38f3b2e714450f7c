"""Who attends a topic: an open socket is a sign of life, told again and again by name.

Each process tells of its own sockets, beside all that is written: a flush knows nothing of it.
"""

import asyncio
import logging
import random
from collections.abc import Collection, Iterable
from contextlib import suppress

from realtime.badges import users_behind
from realtime.feeds import Feed
from realtime.reading import call, read
from realtime.sign_in import Visitor
from realtime.topics import TopicKind, Visit
from realtime.watchers import Watch, Watcher

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds within which all who watch are told of again
EARLY = (0.80, 0.92)  # shares of it after which that begins, so that topics come one by one
SOON = (0.3, 1.2)  # seconds in which those who come together gather
AT_ONCE = 100  # names a thread makes before others get their turn


class Roll:
    """Calls out who watches one topic, in one call at a time."""

    def __init__(self, feed: Feed, *, kind: TopicKind, ident: str) -> None:
        self._feed = feed
        self._kind = kind
        self._ident = ident
        self._newcomers: set[Watch] = set()
        self._came = asyncio.Event()
        self._due = _now() + EVERY * random.uniform(0.5, EARLY[1])  # noqa: S311  # a spread
        self._failing = False

    def enter(self, watch: Watch) -> None:
        """Tell of `watch` soon, and from then on."""
        self._newcomers.add(watch)
        self._came.set()

    async def run(self) -> None:
        """Call for as long as the topic is watched."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._due):
                    await self._came.wait()
            await asyncio.sleep(random.uniform(*SOON))  # noqa: S311  # a spread, no secret
            if self._feed.loaded:  # else nobody knows yet whether there is such a topic
                await self._call(self._take())

    def _take(self) -> set[Watch]:
        """Return those who have come or, at a beat, all who watch."""
        newcomers, self._newcomers = self._newcomers, set()
        self._came.clear()
        if _now() < self._due:
            return newcomers
        self._due = _now() + EVERY * random.uniform(*EARLY)  # noqa: S311  # a spread, no secret
        return set(self._feed.watches)

    async def _call(self, watches: Collection[Watch]) -> None:
        await self._name([watch.watcher for watch in watches])
        present = [watch.watcher.names for watch in watches if not watch.over]
        names = {name for known in present if (name := known.get(self._kind.prefix))}
        if not names or self._kind.attended is None:
            return
        try:
            await call(self._kind.attended, self._ident, names)
            self._failing = False
        except Exception:
            trace = None if self._failing else True
            logger.warning("Could not tell who attends %s", self._feed.topic, exc_info=trace)
            self._failing = True

    async def _name(self, watchers: Iterable[Watcher]) -> None:
        """Give names to those of `watchers` who have none yet; what fails, the next beat tries."""
        prefix = self._kind.prefix
        known = {one.visitor: one.names for one in watchers if prefix not in one.names}
        unnamed = [visitor for visitor in known if visitor is not None]
        for start in range(0, len(unnamed), AT_ONCE):
            try:
                names = await read(_names_of, self._kind, unnamed[start : start + AT_ONCE])
            except Exception as problem:
                logger.warning("Could not name who attends %s: %r", self._feed.topic, problem)
                return
            for visitor, name in names.items():
                known[visitor][prefix] = name


def _names_of(kind: TopicKind, visitors: Collection[Visitor]) -> dict[Visitor, str | None]:
    """Return the name of each of `visitors`; one that cannot be told is left out."""
    users = users_behind({visitor.badge for visitor in visitors})
    names: dict[Visitor, str | None] = {}
    for visitor in visitors:
        visit = Visit(users.get(visitor.badge), visitor.cookies)
        try:
            names[visitor] = kind.name_of(visit) if kind.name_of is not None else None
        except Exception:
            logger.warning("Could not name a visitor of %s", kind.prefix, exc_info=True)
    return names


def _now() -> float:
    return asyncio.get_running_loop().time()
