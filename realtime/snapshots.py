"""What is true of topics, read from their sources: those of a kind that are wanted, together."""

import asyncio
import logging
import random
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from django.db import close_old_connections

from realtime.errors import UnknownTopic
from realtime.reading import read
from realtime.sealed import Sealed, seal
from realtime.sheets import Sheet
from realtime.topics import Cells, TopicKind, Truth, find, take_snapshot

logger = logging.getLogger(__name__)

TOGETHER = 200  # topics in one reading
DENSE_TOGETHER = 10  # of which each may have 50,000 cells: a reading ends well within its timeout
ABREAST = 2  # readings of a kind at a time, so that a slow one does not hold up all others
PATIENCE = 3  # failures in a row after which the source is taken to be away


class Unread(Exception):
    """A topic could not be read; whoever tried has said why."""


Snapshot: TypeAlias = list[Sealed] | Sheet
Answer: TypeAlias = Snapshot | UnknownTopic | Unread


@dataclass(frozen=True, slots=True)
class Question:
    """What a feed wants to be read."""

    ident: str
    future: asyncio.Future[Snapshot]

    def give(self, answer: Answer) -> None:
        """Answer, unless the feed was closed meanwhile."""
        if self.future.done():
            return
        if isinstance(answer, Exception):
            self.future.set_exception(answer)
        else:
            self.future.set_result(answer)


class Reader:
    """Reads the topics of one kind for the feeds that ask for them.

    Whoever asks while readings go on waits for a turn, and so they gather: a single topic is read
    at once, a thousand in some five readings.
    """

    def __init__(self, kind: TopicKind) -> None:
        self._kind = kind
        self._together = _most_together(kind)
        self._asked: asyncio.Queue[Question] = asyncio.Queue()

    def ask(self, ident: str) -> asyncio.Future[Snapshot]:
        """Return the snapshot to come, read after now; it raises UnknownTopic or Unread."""
        question = Question(ident, asyncio.get_running_loop().create_future())
        self._asked.put_nowait(question)
        return question.future

    async def run(self) -> None:
        """Answer those who ask, for as long as there is a hub."""
        while True:
            asked = [await self._asked.get()]
            while len(asked) < self._together and not self._asked.empty():
                asked.append(self._asked.get_nowait())
            if waiting := [one for one in asked if not one.future.done()]:
                await self._answer(waiting)

    async def _answer(self, asked: list[Question]) -> None:
        answers: dict[str, Answer] = {}
        try:
            answers = await read(_read_together, self._kind, {one.ident for one in asked})
        finally:  # whatever happens: a feed that waits for ever would never ask again
            for one in asked:
                one.give(answers.get(one.ident, Unread()))


def _most_together(kind: TopicKind) -> int:
    if kind.snapshots is None:
        return 1
    return DENSE_TOGETHER if kind.dense else TOGETHER


def seal_snapshot(topic: str) -> list[Sealed]:
    """Read what is true of `topic`, sealed."""
    kind, _ = find(topic)
    snapshot = _seal(kind, take_snapshot(topic))
    return [snapshot.whole()] if isinstance(snapshot, Sheet) else snapshot


def _read_together(kind: TopicKind, idents: Collection[str]) -> dict[str, Answer]:
    try:
        return _read(kind, idents)
    except Exception:
        logger.warning("Could not read %d topics of %s", len(idents), kind.prefix, exc_info=True)
    close_old_connections()  # it may be the connection that failed
    return _read_one_by_one(kind, idents)


def _read_one_by_one(kind: TopicKind, idents: Collection[str]) -> dict[str, Answer]:
    """Read each of `idents` by itself, so that one that fails does not fail the others."""
    answers: dict[str, Answer] = {}
    num_failed = 0
    for ident in random.sample(list(idents), len(idents)):  # so that none is last each time
        try:
            answers |= _read(kind, [ident])
            num_failed = 0
        except Exception as problem:
            logger.warning("Could not read %s.%s: %r", kind.prefix, ident, problem)
            num_failed += 1
        if num_failed == PATIENCE:
            break
    return answers


def _read(kind: TopicKind, idents: Collection[str]) -> dict[str, Answer]:
    found = kind.read(idents)
    return {
        ident: _seal(kind, found[ident]) if ident in found else UnknownTopic() for ident in idents
    }


def _seal(kind: TopicKind, truth: Truth) -> Snapshot:
    if kind.dense is not None and isinstance(truth, Cells):
        return Sheet(kind.dense, truth)
    if kind.dense is not None or isinstance(truth, Cells):
        raise TypeError(f"what was read of {kind.prefix} is not in the form of its topics")
    return [seal(change) for change in truth]
