"""A line and a clock that a test sets; PostgreSQL's part is played by a number."""

from dataclasses import dataclass, field

import msgpack
from redis import Redis

from queueing.draw import place_of
from queueing.line import Line, LineLost, Mode, OutOfNumbers, Settings

START = 1_000_000_000_000
SECOND = 1000
MINUTE = 60 * SECOND
SEED = "5eed" * 16


@dataclass
class Clock:
    now: int = START

    def __call__(self) -> int:
        return self.now

    def go(self, ms: int) -> None:
        self.now += ms


@dataclass
class Door:
    """What the services will be: a line, and the numbers that may not be lost with it."""

    redis: Redis
    clock: Clock | None = field(default_factory=Clock)
    event: str = "7"
    block: int = 1000
    epoch: int = 1
    reserved: int = 0
    settings: Settings = field(default_factory=lambda: make_settings())
    drawn: int = 0  # how many have drawn in this epoch

    def __post_init__(self):
        self.line = Line(self.event, redis=self.redis, clock=self.clock)

    def begin(self):
        before, self.reserved = self.reserved, self.reserved + self.block
        return self.line.begin(
            epoch=self.epoch,
            before=before,
            reserved=self.reserved,
            settings=self.settings,
            drawn=self.drawn,
        )

    def clear(self):
        self.epoch += 1
        self.drawn = 0
        self.begin()

    def join(self, person):
        return self.insist(lambda: self.line.join(person))

    def insist(self, step):
        while True:
            try:
                return step()
            except LineLost:
                self.begin()
            except OutOfNumbers as error:
                self.reserved += max(self.block, error.short)
                self.line.extend(reserved=self.reserved)

    def configure(self, **changes):
        self.settings = make_settings(self.settings, **changes)
        return self.insist(lambda: self.line.configure(self.settings))

    def place_of(self, ticket):
        return place_of(ticket, seed=SEED, count=self.drawn)

    def drawn_by(self, count):
        """Return what so many of the early draw, as the first worker settles it."""
        self.drawn = self.drawn or self.line.room().num_early
        some = self.line.early(count)
        return [(who, ticket, self.place_of(ticket)) for who, ticket in some]

    def draw(self, count=1000):
        """Draw for so many of the early; return how the line is then."""
        return self.line.draw(self.drawn_by(count))

    def lose_redis(self):
        self.line.forget()


def make_settings(old=None, **changes):
    """Return settings that differ from `old`, being newer, or from plain ones."""
    base = {"mode": Mode.ON, "threshold": 10, "rate": 6000, "version": 0}
    if old is not None:
        base = {name: getattr(old, name) for name in Settings.__dataclass_fields__}
    return Settings(**{**base, "version": base["version"] + 1, **changes})


def read_state(line, redis):
    """Return what a line remembers of itself, by name."""
    return msgpack.unpackb(redis.get(line.keys[0]) or b"\x80")


def change_state(line, redis, **changes):
    """Have a line remember something else."""
    redis.set(line.keys[0], msgpack.packb({**read_state(line, redis), **changes}))


def open_door(redis, event="7", **changes):
    """Return the door of a line that has begun."""
    door = Door(redis, Clock(), event, settings=make_settings(**changes))
    door.begin()
    return door


def crowd(count, first=1):
    """Return so many people."""
    return [f"u{number}" for number in range(first, first + count)]


def names(tick):
    """Return whom a tick called."""
    return [one.person for one in tick.called]
