"""How somebody's turn stands: what the page shows, and what the API answers."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from queueing.forecasts import Wait, spread_of, wait_of
from queueing.line import Mode, Room, Standing, State
from queueing.passes import Pass, sign_pass
from queueing.places import Place, sign_place
from queueing.rooms import STOCKS, KnownRoom
from ticketing.stock import Stock

Word = Literal["open", "waiting", "admitted", "closed"]
Reason = Literal["recovering", "paused", "sold_out", "early", "drawing", "drain", "upcoming"]

PASS_SECONDS = 120.0  # as long as `Settings.pass_ms`, for which a revoked pass is remembered
SECOND = 1000  # ms
RENEWAL = 40.0  # seconds after which a pass is renewed
IDLY = 20.0  # seconds between the questions of those who cannot be called soon
SOONEST, LATEST = 2.0, 60.0  # seconds
TIMES = 3  # that somebody is to be heard of before they count as gone
SHARE = 8  # of the wait that is left, each question comes after one part
JITTER = 0.15

WORDS: dict[State, Word] = {
    State.OPEN: "open",
    State.CLOSED: "closed",
    State.CALLED: "admitted",
    State.ENTERED: "admitted",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """How one person stands before an event. `position` is how many are ahead, 0 for the next.

    `poll_after` is in seconds; `expires_at` is when the admission ends if nobody hears of them.
    """

    event_id: int
    state: Word
    joined: bool = False
    number: int | None = None
    position: int | None = None
    behind: int | None = None
    waiting: int = 0
    active: int = 0
    threshold: int = 0
    wait: Wait | None = None
    poll_after: float = IDLY
    admission_pass: str | None = None
    place: str | None = None
    expires_at: datetime | None = None
    early: bool = False
    opens_at: datetime | None = None
    reason: Reason | None = None
    message: str = ""

    @property
    def admitted(self) -> bool:
        """Whether they may buy."""
        return self.state == "admitted"


def open_turn(event_id: int, known: KnownRoom) -> Turn:
    """Return the turn of anybody where nobody has to wait."""
    return Turn(event_id, "open", poll_after=jittered(IDLY), message=known.local_message)


def passing_turn(event_id: int, known: KnownRoom, admission_pass: str, until: int) -> Turn:
    """Return the turn of whoever has a good pass while Redis cannot be asked."""
    return Turn(
        event_id,
        "admitted",
        joined=True,
        threshold=known.threshold,
        poll_after=jittered(SOONEST * 2),
        admission_pass=admission_pass,
        expires_at=instant(until),
        message=known.local_message,
    )


def turn_of(*, event_id: int, person: str, known: KnownRoom, standing: Standing) -> Turn:
    """Return the turn of `person`, with the proofs that go with it."""
    room, state = standing.room, standing.state
    turn = Turn(
        event_id,
        WORDS.get(state, "waiting"),
        waiting=room.waiting,
        active=room.active,
        threshold=room.threshold,
        poll_after=jittered(IDLY),
        opens_at=known.opens_at if is_early(room) else None,
        reason=reason_of(known, room, STOCKS.of(event_id)),
        message=known.local_message,
    )
    if turn.admitted:
        return replace(
            turn,
            joined=True,
            number=standing.number,
            admission_pass=pass_for(event_id, person, room),
            expires_at=instant(standing.until or room.now),
            poll_after=jittered(_in_time(RENEWAL, standing)),
        )
    if state in {State.WAITING, State.EARLY}:
        return _waiting(turn, person, known, standing)
    return turn


def _waiting(turn: Turn, person: str, known: KnownRoom, standing: Standing) -> Turn:
    room, number, ahead = standing.room, standing.number or 0, standing.ahead
    early = standing.state == State.EARLY
    moving = turn.reason in {None, "drain"} and ahead is not None
    wait = None
    if moving and known.id is not None:
        wait = wait_of(_distance(standing), speed=room.speed, spread=spread_of(known.id))
    return replace(
        turn,
        joined=True,
        number=number,
        position=ahead,
        behind=None if ahead is None else max(0, room.waiting - ahead - 1),
        wait=wait,
        early=early,
        place=sign_place(Place(turn.event_id, person, number, room.epoch, early)),
        poll_after=jittered(
            _in_time(_patience(ahead or 0, wait, room) if moving else IDLY, standing)
        ),
    )


def _distance(standing: Standing) -> int:
    """Return how many numbers the frontier has to move until it reaches somebody.

    Numbers count those who will leave; but after a loss they have a gap, through which nobody has
    to wait: people ahead take no longer than at the pace of the last minute.
    """
    room, numbers = standing.room, (standing.number or 0) - standing.room.frontier
    if not room.recent or standing.ahead is None:
        return numbers
    by_people = (standing.ahead + 1) * 60 / room.recent
    return min(numbers, round(by_people * room.speed))


def is_early(room: Room) -> bool:
    """Whether places are yet to be drawn."""
    return room.now < room.opens_at and not room.num_early


def reason_of(known: KnownRoom, room: Room | None, stock: Stock) -> Reason | None:
    """Return why nobody, or nobody new, is let in now; None while the line moves."""
    if room is not None and is_early(room):
        return "early"
    if room is not None and room.drawing:
        return "drawing"
    if known.mode == Mode.PAUSED:
        return "paused"
    if room is not None and room.recovering:
        return "recovering"
    if stock.sold_out:
        return "sold_out"
    if not stock.on_sale:
        return "upcoming"
    return "drain" if known.mode == Mode.DRAIN else None


def pass_for(event_id: int, person: str, room: Room) -> str:
    """Return a pass that is good from now on for as long as its revocation would be known."""
    until = room.now + int(PASS_SECONDS * SECOND)
    return sign_pass(Pass(event_id, person, room.epoch, serial=room.version, until=until))


def instant(ms: int) -> datetime:
    """Return the instant that is so many ms after 1970."""
    return datetime.fromtimestamp(ms / SECOND, UTC)


def jittered(seconds: float) -> float:
    """Return about so many seconds, so that a crowd does not come back all at once."""
    return round(seconds * random.uniform(1 - JITTER, 1 + JITTER), 1)  # noqa: S311


def _in_time(seconds: float, standing: Standing) -> float:
    """Return `seconds`, or sooner, so that nobody is gone who asks when they are told to."""
    if standing.until is None:
        return seconds
    left = (standing.until - standing.room.now) / SECOND
    return min(seconds, max(left / TIMES, SOONEST))


def _patience(ahead: int, wait: Wait | None, room: Room) -> float:
    """Return after how many seconds to ask again: seldom far from the front, often near it."""
    if wait is not None:
        return min(max(wait.low / SHARE, SOONEST), LATEST)
    a_second = max(room.effective_rate, 1) / 60
    return min(max(ahead / a_second / SHARE, SOONEST), LATEST / 2)
