"""From what a line does to its record. Any worker may write, in any order, and nothing is lost."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F

from queueing import notes
from queueing.draw import hash_of, make_seed
from queueing.line import Tick
from queueing.models import WaitingRoom
from queueing.notes import Note
from queueing.record import append_entries


@transaction.atomic(savepoint=False)
def record_tick(*, room_id: int, tick: Tick) -> None:
    """Write down whom `tick` called, and what else is new since the last one: joins, a loss."""
    room = WaitingRoom.objects.select_for_update(no_key=True).get(pk=room_id)
    some = list(_notes(room, tick))
    if not some:
        return
    append_entries(room_id=room_id, notes=some)
    WaitingRoom.objects.filter(pk=room_id).update(
        number_noted=max(room.number_noted, tick.room.last),
        recovery_noted=max(room.recovery_noted, tick.room.recovering_until),
    )


def has_news(room: WaitingRoom, tick: Tick) -> bool:
    """Tell whether `tick` may bring something that the record of `room`, as it was, does not say.

    Most beats bring nothing: for those nobody waits for the end of the record.
    """
    line = tick.room
    return (
        bool(tick.called)
        or line.last > room.number_noted
        or line.recovering_until > room.recovery_noted
        or room.num_entries == 0
    )


@transaction.atomic(durable=True)
def record_draw(*, room_id: int, count: int) -> None:
    """Settle among how many the places are drawn, and reveal the seed; again, nothing changes."""
    room = WaitingRoom.objects.select_for_update(no_key=True).get(pk=room_id)
    if room.num_drawn:
        return
    if not room.seed:  # nobody sealed one, which the record shows
        room.seed = make_seed()
    WaitingRoom.objects.filter(pk=room_id).update(
        num_drawn=count,
        seed=room.seed,
        seed_hash=hash_of(room.seed),
        version=F("version") + 1,
    )
    append_entries(room_id=room_id, notes=[notes.revealed(seed=room.seed, count=count)])


def _notes(room: WaitingRoom, tick: Tick) -> Iterator[Note]:
    line = tick.room
    lost = line.recovering_until > room.recovery_noted
    if lost or room.num_entries == 0:
        after = max(room.number_noted, line.last) if lost else 0
        yield notes.begun(epoch=line.epoch, after=after, lost=lost)
    if line.last > room.number_noted and not lost:
        yield notes.joined(first=room.number_noted + 1, last=line.last)
    if tick.called:
        numbers = [one.number for one in tick.called]
        order = {"epoch": line.epoch, "version": line.version}
        yield notes.called(**order, numbers=numbers, frontier=line.frontier)
