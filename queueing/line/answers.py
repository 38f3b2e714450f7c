"""What a line is told and what it answers. Times are in ms since 1970, by Redis's clock."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Mode(StrEnum):
    """What an operator has decided about the door."""

    OFF = "off"
    AUTOMATIC = "automatic"
    ON = "on"
    PAUSED = "paused"
    DRAIN = "drain"
    CLOSED = "closed"


class State(StrEnum):
    """How somebody stands."""

    ABSENT = "absent"  # neither waits nor is active, and may join
    OPEN = "open"  # nobody has to wait
    WAITING = "waiting"
    CALLED = "called"  # may enter until `until`
    ENTERED = "entered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Settings:
    """What operators set; `version` rises with each change."""

    version: int
    mode: Mode
    threshold: int  # who may be active at once
    rate: int  # who may be let in within any minute
    claim_ms: int = 120_000  # in which the called must come
    idle_ms: int = 120_000  # after which the active who are silent lose their admission
    grace_ms: int = 300_000  # after which those who wait and are silent lose their place
    grace_signed_in_ms: int = 900_000
    pass_ms: int = 120_000  # how long a pass lives that has just been signed
    recovery_ms: int = 30_000  # in which nobody is called after a loss

    def words(self) -> list[str | int]:
        """Return names and values, as the Lua functions take them."""
        fields = asdict(self)
        version = fields.pop("version")
        return ["settings_version", version, *(part for pair in fields.items() for part in pair)]


class Room(NamedTuple):
    """The whole line in figures; `joined` to `no_shows` are counts since it began."""

    now: int
    version: int
    epoch: int
    mode: Mode
    on: bool  # whether newcomers have to wait, in automatic mode
    threshold: int
    rate: int
    effective_rate: int
    waiting: int
    active: int
    unclaimed: int  # of the active, who have not come yet
    frontier: int
    last: int  # number given
    recovering_until: int
    settings_version: int
    joined: int
    called: int
    entered: int
    left: int
    evicted: int
    ended: int
    no_shows: int
    no_show_share: float

    @property
    def recovering(self) -> bool:
        """Whether nobody is called yet after a loss."""
        return self.now < self.recovering_until


class Standing(NamedTuple):
    """How somebody stands, and the room they stand in."""

    state: State
    number: int | None
    ahead: int | None
    until: int | None  # when the place or the admission is over, if they are not heard of
    revoked: bool  # whether passes they hold are void
    room: Room


class Called(NamedTuple):
    person: str
    number: int


class Tick(NamedTuple):
    """What a beat of admission changed."""

    called: tuple[Called, ...]
    unfinished: bool  # a batch was full: another tick at once has more to do
    room: Room


def read_room(answer: list[Any]) -> Room:
    """Read what `room()` of the Lua functions says."""
    now, version, epoch, mode, on, *figures, share = answer
    words = [now, version, epoch, Mode(mode.decode()), bool(on), *figures, share / 1_000_000]
    return Room._make(words)


def read_standing(answer: list[Any]) -> Standing:
    """Read what `answer()` of the Lua functions says."""
    state, number, ahead, until, revoked, room = answer
    number, ahead, until = (None if one < 0 else one for one in (number, ahead, until))
    return Standing(State(state.decode()), number, ahead, until, bool(revoked), read_room(room))


def read_called(answer: list[Any]) -> tuple[Called, ...]:
    """Read people and numbers, one after the other."""
    pairs = zip(answer[::2], answer[1::2], strict=True)
    return tuple(Called(person.decode(), number) for person, number in pairs)
