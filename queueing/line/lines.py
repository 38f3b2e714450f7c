"""The line of one event. Each method is one atomic step on the Redis server.

All of them raise `LineAway` where Redis does not answer, and all but `begin` and `forget` raise
`LineLost` where it knows nothing of the line.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from django.conf import settings
from redis import Redis

from core.redis import impatient
from queueing.line.answers import (
    Called,
    Counts,
    Room,
    Settings,
    Standing,
    Tick,
    read_called,
    read_room,
    read_standing,
)
from queueing.line.errors import LineLost, OutOfNumbers, Void
from queueing.line.scripts import run

KEYS = ("state", "line", "seen", "active", "called", "calls", "gone", "spent", "early")
BATCH = 500  # people that one call handles
UNKNOWN = -1

T = TypeVar("T")


class Line:
    """Who waits for `event_id` and who is let in; `clock` replaces the server's, for tests."""

    def __init__(
        self,
        event_id: int | str,
        *,
        redis: Redis | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.keys = [f"line:{{{event_id}}}:{key}" for key in KEYS]
        self._redis = redis
        self._clock = clock

    def begin(
        self, *, epoch: int, before: int, reserved: int, settings: Settings, drawn: int = 0
    ) -> Room:
        """Begin the line, or its next `epoch`; numbers from `before` + 1 to `reserved` are its own.

        `before` is the last number that may have been given already, 0 at first; `drawn` how many
        have drawn for their places in this epoch.
        """
        words = settings.words()
        return read_room(self._run("begin", epoch, before, reserved, drawn, *words))

    def extend(self, *, reserved: int) -> Room:
        """Let numbers up to `reserved` be given."""
        return read_room(self._run("extend", reserved))

    def configure(self, settings: Settings) -> Room:
        """Apply `settings`, unless newer ones are there already."""
        return read_room(self._run("configure", *settings.words()))

    def room(self) -> Room:
        """Return the line in figures."""
        return read_room(self._run("room"))

    def join(self, person: str) -> Standing:
        """Let `person` in if the door is open, else into the line; raises `OutOfNumbers`.

        Who joins before the opening is early, and waits for the draw.
        """
        return read_standing(self._run("join", person))

    def look(self, person: str) -> Standing:
        """Return how `person` stands, without a trace."""
        return read_standing(self._run("look", person))

    def beat(self, person: str) -> Standing:
        """Note that `person` is there, with the page open: who was called enters by it."""
        return read_standing(self._run("beat", person))

    def attend(self, people: Collection[str]) -> None:
        """Note that `people` are there, by an open socket: who was called does not enter by it."""
        for some in _batches(people):
            self._run("attend", *some)

    def keep(self, person: str, *, until: int) -> Standing:
        """Have the admission of `person`, if there is one, last at least `until`."""
        return read_standing(self._run("keep", person, until))

    def keep_all(self, leases: Mapping[str, int]) -> None:
        """Have the admission of each person that there is one of last at least so long, in ms."""
        for some in _batches(leases.items()):
            self._run("keep_all", *_flat(some))

    def leave(self, person: str) -> Standing:
        """Give up the place or the admission of `person`, and void their passes."""
        return read_standing(self._run("leave", person, "all"))

    def release(self, person: str) -> Standing:
        """Give up the admission of `person`, who has bought or cancelled, but no place."""
        return read_standing(self._run("leave", person, "admission"))

    def restore(
        self, person: str, *, number: int, epoch: int, early: bool = False, ticket: int = 0
    ) -> Standing:
        """Give back the place `number` that a loss has taken; raises `Void`.

        `early`: it is a ticket for the draw, which is void once the draw is over. Then the number
        is what the `ticket` has drawn.
        """
        return read_standing(self._run("restore", person, number, epoch, int(early), ticket))

    def readmit(self, person: str, *, epoch: int) -> Standing:
        """Give back the admission that a loss has taken, by a good pass; raises `Void`."""
        return read_standing(self._run("readmit", person, epoch))

    def rename(self, guest: str, user: str) -> Standing:
        """Let `guest` go on as `user`, with the better of their two places."""
        return read_standing(self._run("rename", guest, user))

    def early(self, count: int) -> tuple[Called, ...]:
        """Return so many of those who came early and have not drawn yet, with their tickets."""
        return read_called(self._run("early", count))

    def draw(self, drawn: Sequence[tuple[str, int, int]]) -> Room:
        """Let persons who are still early with their ticket into the line, with their number.

        Any number of workers may give out the same places at once.
        """
        batches = list(_batches(drawn)) or [[]]
        rooms = [self._run("draw", *_flat(some)) for some in batches]
        return read_room(rooms[-1])

    def tick(self, *, stock: int = UNKNOWN, holders: int = 0) -> Tick:
        """End what is over and call who may come; raises `OutOfNumbers` before a draw.

        Of `stock` tickets each of the active is after one, but for the `holders`, who have theirs:
        nobody is called for whom there would be none.
        """
        called, unfinished, deltas, room = self._run("tick", stock, holders)
        return Tick(read_called(called), bool(unfinished), read_room(room), Counts._make(deltas))

    def admit(self, number: int) -> Tick:
        """Call `number` people above all limits, a batch at most; none while places are drawn."""
        called, room = self._run("admit", number)
        return Tick(read_called(called), False, read_room(room))

    def forget(self) -> None:
        """Leave nothing of the line in Redis."""
        self._run("forget")

    def _run(self, name: str, *words: str | int) -> Any:
        now = self._clock() if self._clock else ""
        redis = self._redis or impatient(settings.REDIS_URL)
        answer = run(redis, name, self.keys, [now, *words])
        if isinstance(answer, bytes):
            _refuse(answer)
        return answer


def _refuse(answer: bytes) -> None:
    word, *facts = answer.split()
    if word == b"lost":
        raise LineLost
    if word == b"void":
        raise Void
    if word == b"reserve":
        raise OutOfNumbers(int(facts[0]))


def _flat(rows: Iterable[tuple[str | int, ...]]) -> Iterator[str | int]:
    return chain.from_iterable(rows)


def _batches(some: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(some)
    while batch := list(islice(rest, BATCH)):
        yield batch
