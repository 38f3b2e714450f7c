"""Steering: what operators decide about a line. Each act is in the record when it is done.

The row of the room is the lock for all of it, so that operators who act at once act in turn.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.db import retrying
from queueing import live, notes
from queueing.draw import hash_of, make_seed
from queueing.errors import (
    AlreadyCleared,
    DrawUnderWay,
    NoSuchRoom,
    NotInLine,
    PlacesDrawn,
    WrongSettings,
)
from queueing.line import Line, LineAway, LineLost, Room, Tick
from queueing.line.finding import find_person
from queueing.models import WaitingRoom
from queueing.notes import Note
from queueing.people import user_of_person
from queueing.record import append_entries
from queueing.recording import record_tick
from queueing.rooms import forget_all, known_of
from queueing.services.opening import begin_line, insist, settings_of
from ticketing.live import instant as write_instant
from ticketing.stock import NOTHING, stock_of

logger = logging.getLogger(__name__)

SETTINGS = frozenset(
    {"mode", "threshold", "rate", "opens_at", "message", "message_en", "guests_allowed"}
    | {"grace_seconds", "grace_signed_in_seconds", "claim_seconds", "idle_seconds"}
    | {"releases_on_buying"}
)
MOST_AT_ONCE = 10_000  # people that one wish lets in
SECOND = 1000  # ms


def create_room(*, event_id: int, changes: Mapping[str, Any], by: int | None) -> WaitingRoom:
    """Put a waiting room before the sale of an event, or take the one there is; set it up."""
    room, _made = WaitingRoom.objects.get_or_create(event_id=event_id)
    return configure_room(room_id=room.pk, changes=changes, by=by)


def configure_room(*, room_id: int, changes: Mapping[str, Any], by: int | None) -> WaitingRoom:
    """Change settings, those of `changes` alone; what is so already leaves no trace.

    Where Redis is away the settings count all the same: the next beat brings them to the line.
    Raises `NoSuchRoom`, `PlacesDrawn`, `WrongSettings`.
    """
    before = _version_of(room_id)
    room = _configure(room_id=room_id, changes=changes, by=by)
    if room.version != before:
        _bring(room)
    return room


def admit_now(*, room_id: int, quantity: int, by: int) -> int:
    """Let up to `quantity` people in, whatever the limits are; return how many there were.

    Raises `NoSuchRoom`, `DrawUnderWay`, and `LineAway` before anybody was let in.
    """
    event_id = _event_of(room_id)
    if insist(event_id, lambda line: line.room()).drawing:
        raise DrawUnderWay
    wanted, done = min(quantity, MOST_AT_ONCE), 0
    while done < wanted:
        try:
            room, tick = _admit(room_id=room_id, quantity=wanted - done, by=by)
        except (LineAway, LineLost) as error:
            if not done:
                raise LineAway from error
            break
        if not tick.called:
            break
        done += len(tick.called)
        _tell_called(room, tick)
    return done


def remove_person(
    *, room_id: int, by: int, person: str | None = None, number: int | None = None
) -> str:
    """Take a place or an admission away, and void its pass; return who it was.

    They may join again, and stand at the end then. Raises `NoSuchRoom`, `NotInLine`, `LineAway`.
    """
    event_id = _event_of(room_id)
    insist(event_id, lambda line: line.room())  # a lost line begins before the row is locked
    if person is None and number is not None:
        person = find_person(Line(event_id), number)
    if person is None:
        raise NotInLine
    room, line_room = _remove(room_id=room_id, person=person, by=by)
    _publish(room, line_room)
    return person


def clear_line(*, room_id: int, by: int, epoch: int | None = None) -> WaitingRoom:
    """Send everybody away who waits or is in: their numbers and passes are void, a new line begins.

    `epoch` is that of the line which is meant; `AlreadyCleared` where another has begun meanwhile.
    Where Redis is away, the next beat that reaches it begins the new line. Raises `NoSuchRoom`.
    """
    room = _clear(room_id=room_id, by=by, epoch=epoch)
    try:
        begin_line(room.event_id)
    except LineAway:
        logger.warning("the line of event %s is cleared when it can be reached", room.event_id)
    _bring(room)
    return room


@retrying
@transaction.atomic(durable=True)
def _configure(*, room_id: int, changes: Mapping[str, Any], by: int | None) -> WaitingRoom:
    room = _lock(room_id)
    if unknown := changes.keys() - SETTINGS:
        raise TypeError(f"no settings of a room: {', '.join(sorted(unknown))}")
    changed = {name: value for name, value in changes.items() if getattr(room, name) != value}
    if not changed:
        return room
    if "opens_at" in changed and room.num_drawn:
        raise PlacesDrawn
    for name, value in changed.items():
        setattr(room, name, value)
    _check(room)
    sealed = _seal(room) if "opens_at" in changed and not room.seed else []
    _write(room, *changed, "seed", "seed_hash")
    said = {name: _plain(value) for name, value in sorted(changed.items())}
    _append(room, notes.configured(changes=said, by=by), *sealed)
    return room


@retrying
@transaction.atomic(durable=True)
def _admit(*, room_id: int, quantity: int, by: int) -> tuple[WaitingRoom, Tick]:
    """Let a batch in, and write it down while nobody else can write in between."""
    room = _lock(room_id)
    tick = Line(room.event_id).admit(quantity)
    if tick.called:
        _append(room, notes.admitted(quantity=len(tick.called), by=by))
        record_tick(room_id=room.pk, tick=tick)
    return room, tick


@retrying
@transaction.atomic(durable=True)
def _remove(*, room_id: int, person: str, by: int) -> tuple[WaitingRoom, Room]:
    """Remove `person` if they are there: of two operators at once, the second is refused."""
    room = _lock(room_id)
    line = Line(room.event_id)
    standing = line.look(person)
    if standing.number is None and standing.until is None:
        raise NotInLine
    _append(room, notes.removed(number=standing.number, by=by))
    return room, line.leave(person).room


@retrying
@transaction.atomic(durable=True)
def _clear(*, room_id: int, by: int, epoch: int | None) -> WaitingRoom:
    room = _lock(room_id)
    if epoch is not None and room.epoch != epoch:
        raise AlreadyCleared
    _append(room, notes.cleared(epoch=room.epoch + 1, by=by))
    room.epoch += 1
    room.seed = room.seed_hash = ""
    room.num_drawn = 0
    if sealed := _seal(room):
        append_entries(room_id=room.pk, notes=sealed)
    _write(room, "epoch", "seed", "seed_hash", "num_drawn")
    return room


def _lock(room_id: int) -> WaitingRoom:
    room = WaitingRoom.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    if room is None:
        raise NoSuchRoom
    return room


def _append(room: WaitingRoom, *some: Note) -> None:
    """Write an operator's act down; what is written down first of a line is that it began."""
    first = [] if room.num_entries else [notes.begun(epoch=room.epoch, after=0, lost=False)]
    append_entries(room_id=room.pk, notes=[*first, *some])


def _write(room: WaitingRoom, *fields: str) -> None:
    room.version += 1
    room.save(update_fields=[*fields, "version"])


def _check(room: WaitingRoom) -> None:
    """Refuse what another operator's change, a moment ago, has made impossible."""
    try:
        room.full_clean(exclude=["event"], validate_unique=False)
    except ValidationError as error:
        raise WrongSettings(said=" ".join(error.messages)) from error


def _seal(room: WaitingRoom) -> list[Note]:
    """Make the secret by which early people will draw, if the line has still to open."""
    if room.opens_at is None or room.opens_at <= timezone.now():
        return []
    room.seed = make_seed()
    room.seed_hash = hash_of(room.seed)
    return [notes.sealed(seed_hash=room.seed_hash, opens_at=_in_milliseconds(room.opens_at))]


def _in_milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * SECOND)


def _plain(value: Any) -> Any:
    return write_instant(value) if isinstance(value, datetime) else value


def _version_of(room_id: int) -> int | None:
    return WaitingRoom.objects.filter(pk=room_id).values_list("version", flat=True).first()


def _event_of(room_id: int) -> int:
    event_id = WaitingRoom.objects.filter(pk=room_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise NoSuchRoom
    return event_id


def _bring(room: WaitingRoom) -> None:
    """Tell Redis, and everybody who watches, what `room` says now."""
    forget_all()
    try:
        line = insist(room.event_id, lambda line: line.configure(settings_of(room)))
    except LineAway:
        logger.warning("the line of event %s hears of its settings later", room.event_id)
        return
    _publish(room, line)


def _publish(room: WaitingRoom, line: Room) -> None:
    stock = stock_of([room.event_id]).get(room.event_id, NOTHING)
    live.tell_queue(room.event_id, known=known_of(room), room=line, stock=stock)


def _tell_called(room: WaitingRoom, tick: Tick) -> None:
    users = [user_of_person(one.person) for one in tick.called]
    live.tell_admitted(
        room.event_id,
        [user for user in users if user is not None],
        until=tick.room.now + room.claim_seconds * SECOND,
        version=tick.room.version,
    )
    _publish(room, tick.room)
