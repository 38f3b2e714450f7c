"""Who attends a topic: an open socket is a sign of life, told again and again by name.

Each process tells of its own sockets, beside all that is written: a flush knows nothing of it.
"""

import asyncio
import logging
import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

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
BREATH = 1000  # watches looked at before others get theirs


T = TypeVar("T")


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

    def _take(self) -> list[Watch]:
        """Return those who have come or, at a beat, all who watch."""
        newcomers, self._newcomers = self._newcomers, set()
        self._came.clear()
        if _now() < self._due:
            return list(newcomers)
        self._due = _now() + EVERY * random.uniform(*EARLY)  # noqa: S311  # a spread, no secret
        return list(self._feed.watches)

    async def _call(self, watches: Sequence[Watch]) -> None:
        await self._name(watches)
        names: set[str] = set()
        for some in _slices(watches, BREATH):
            present = [watch.watcher.names for watch in some if not watch.over]
            names.update(name for known in present if (name := known.get(self._kind.prefix)))
            await asyncio.sleep(0)
        if not names or self._kind.attended is None:
            return
        try:
            await call(self._kind.attended, self._ident, names)
            self._failing = False
        except Exception:
            trace = None if self._failing else True
            logger.warning("Could not tell who attends %s", self._feed.topic, exc_info=trace)
            self._failing = True

    async def _name(self, watches: Sequence[Watch]) -> None:
        """Name those of `watches` who have no name yet; what fails, the next beat tries."""
        prefix = self._kind.prefix
        unnamed: dict[Visitor, Watcher] = {}
        for some in _slices(watches, BREATH):
            strange = [watch.watcher for watch in some if prefix not in watch.watcher.names]
            unnamed.update((one.visitor, one) for one in strange if one.visitor is not None)
            await asyncio.sleep(0)
        for visitors in _slices(list(unnamed), AT_ONCE):
            try:
                names = await read(_names_of, self._kind, visitors)
            except Exception as problem:
                logger.warning("Could not name who attends %s: %r", self._feed.topic, problem)
                return
            for visitor, name in names.items():
                unnamed[visitor].names[prefix] = name


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


def _slices(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _now() -> float:
    return asyncio.get_running_loop().time()
