"""The line of one event. Each method is one atomic step on the Redis server.

All of them raise `LineAway` where Redis does not answer, and all but `begin` and `forget` raise
`LineLost` where it knows nothing of the line.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from redis import Redis

from core.redis import impatient
from queueing.line.answers import (
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

KEYS = ("state", "line", "seen", "active", "called", "calls", "gone", "spent")
REFUSALS = {b"lost": LineLost, b"reserve": OutOfNumbers, b"void": Void}
UNKNOWN = -1


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

    def begin(self, *, epoch: int, before: int, reserved: int, settings: Settings) -> Room:
        """Begin the line, or its next `epoch`; numbers from `before` + 1 to `reserved` are its own.

        `before` is the last number that may have been given already, 0 at first.
        """
        return read_room(self._run("begin", epoch, before, reserved, *settings.words()))

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
        """Let `person` in if the door is open, else into the line; raises `OutOfNumbers`."""
        return read_standing(self._run("join", person))

    def look(self, person: str) -> Standing:
        """Return how `person` stands, without a trace."""
        return read_standing(self._run("look", person))

    def beat(self, person: str) -> Standing:
        """Note that `person` is there, with the page open: who was called enters by it."""
        return read_standing(self._run("beat", person))

    def keep(self, person: str, *, until: int) -> Standing:
        """Have the admission of `person`, if there is one, last at least `until`."""
        return read_standing(self._run("keep", person, until))

    def leave(self, person: str) -> Standing:
        """Give up the place or the admission of `person`, and void their passes."""
        return read_standing(self._run("leave", person, "all"))

    def release(self, person: str) -> Standing:
        """Give up the admission of `person`, who has bought or cancelled, but no place."""
        return read_standing(self._run("leave", person, "admission"))

    def restore(self, person: str, *, number: int, epoch: int) -> Standing:
        """Give back the place `number` that a loss has taken; raises `Void`."""
        return read_standing(self._run("restore", person, number, epoch))

    def readmit(self, person: str, *, epoch: int) -> Standing:
        """Give back the admission that a loss has taken, by a good pass; raises `Void`."""
        return read_standing(self._run("readmit", person, epoch))

    def rename(self, guest: str, user: str) -> Standing:
        """Let `guest` go on as `user`, with the better of their two places."""
        return read_standing(self._run("rename", guest, user))

    def tick(self, *, stock: int = UNKNOWN) -> Tick:
        """End what is over and call who may come, unless `stock` is 0."""
        called, unfinished, room = self._run("tick", stock)
        return Tick(read_called(called), bool(unfinished), read_room(room))

    def admit(self, number: int) -> Tick:
        """Call `number` people above all limits, a batch at most."""
        called, room = self._run("admit", number)
        return Tick(read_called(called), False, read_room(room))

    def forget(self) -> None:
        """Leave nothing of the line in Redis."""
        self._run("forget")

    def _run(self, name: str, *words: str | int) -> Any:
        now = self._clock() if self._clock else ""
        redis = self._redis or impatient(settings.REDIS_URL)
        answer = run(redis, name, self.keys, [now, *words])
        if isinstance(answer, bytes) and (refusal := REFUSALS.get(answer)):
            raise refusal
        return answer
