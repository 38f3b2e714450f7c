"""From what a line does to its record. Any worker may write, in any order, and nothing is lost."""

from collections.abc import Iterator

from django.db import transaction

from queueing import notes
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
