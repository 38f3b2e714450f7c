"""What a line is told and what it answers. Times are in ms since 1970, by Redis's clock."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

MILLION = 1_000_000


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
    EARLY = "early"  # waits for the draw; the number is that of the ticket
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
    opens_at: int = 0  # who joins before draws for a place then, and nobody is called; 0 for none

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
    early: int = 0  # who wait for the draw
    num_early: int = 0  # tickets that took part in the draw of this epoch; 0 before it
    drawing: bool = False  # whether places are given out, and nobody is called
    opens_at: int = 0  # later than the settings say where a loss came before the opening
    recent: int = 0  # let in within the last minute, but for whom an operator let in
    speed: float = 0.0  # numbers that the frontier passes in a second; 0 where nobody knows

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


class Counts(NamedTuple):
    """What happened since the tick before; each thing is in the counts of exactly one tick."""

    joined: int = 0
    called: int = 0
    entered: int = 0
    left: int = 0  # by themselves, or because nothing was heard of them
    no_shows: int = 0


class Tick(NamedTuple):
    """What a beat of admission changed."""

    called: tuple[Called, ...]
    unfinished: bool  # a batch was full: another tick at once has more to do
    room: Room
    deltas: Counts = Counts()


def read_room(answer: list[Any]) -> Room:
    """Read what `room()` of the Lua functions says."""
    room = dict(zip(Room._fields, answer, strict=True))
    room |= {"mode": Mode(room["mode"].decode())}
    room |= {name: bool(room[name]) for name in ("on", "drawing")}
    room |= {name: room[name] / MILLION for name in ("no_show_share", "speed")}
    return Room(**room)


def read_standing(answer: list[Any]) -> Standing:
    """Read what `answer()` of the Lua functions says."""
    state, number, ahead, until, revoked, room = answer
    number, ahead, until = (None if one < 0 else one for one in (number, ahead, until))
    return Standing(State(state.decode()), number, ahead, until, bool(revoked), read_room(room))


def read_called(answer: list[Any]) -> tuple[Called, ...]:
    """Read people and numbers, one after the other."""
    pairs = zip(answer[::2], answer[1::2], strict=True)
    return tuple(Called(person.decode(), number) for person, number in pairs)
