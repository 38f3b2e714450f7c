"""The beat of admission: each second whoever may come is let in, and everybody is told."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.db.models.functions import Now

from queueing import claims, live
from queueing.draw import place_of
from queueing.forecasts import make_forecast, settle_forecasts, spread_of
from queueing.line import Line, LineAway, Tick
from queueing.models import WaitingRoom
from queueing.models.room import Mode
from queueing.people import person_of_user, user_of_person
from queueing.recording import has_news, record_draw, record_tick
from queueing.rooms import KnownRoom, known_of
from queueing.services.opening import begin_line, insist, settings_of
from queueing.services.turns import instant, reason_of
from ticketing.stock import NOTHING, Stock, holders_of, stock_of

logger = logging.getLogger(__name__)

AFTERGLOW = timedelta(days=1)  # a room ticks on so long after its sale has ended
REMEMBERED = timedelta(days=7)  # for which lines that are over are looked for
MOST_ROUNDS = 20  # batches that one beat handles
DRAWN_AT_ONCE = 500
SECOND = 1000  # ms


def tick_all() -> int:
    """Let people in wherever they may; return how many rooms there were.

    Any number of workers may do so at once, late, or not at all.
    """
    since = Now() - AFTERGLOW
    rooms = WaitingRoom.objects.exclude(mode=Mode.OFF).filter(event__sale_ends_at__gt=since)
    found = list(rooms.select_related("event"))
    ids = [room.event_id for room in found]
    stocks, holders = stock_of(ids), holders_of(ids)
    for room in found:
        try:
            tick_room(
                room,
                stock=stocks.get(room.event_id, NOTHING),
                holders=holders[room.event_id],
            )
        except LineAway:
            logger.warning("the line of event %s cannot be reached", room.event_id)
        except Exception:
            logger.exception("the line of event %s could not be moved", room.event_id)
            close_old_connections()
    return len(found)


def forget_over() -> int:
    """Leave nothing in Redis of the lines whose sale is over; return how many there were.

    Their rooms and records stay.
    """
    over = Now() - AFTERGLOW
    rooms = WaitingRoom.objects.filter(event__sale_ends_at__lte=over)
    lately = rooms.filter(event__sale_ends_at__gt=over - REMEMBERED)
    ids = list(lately.values_list("event_id", flat=True))
    for event_id in ids:
        Line(event_id).forget()
    return len(ids)


def tick_room(room: WaitingRoom, *, stock: Stock, holders: Mapping[int, datetime]) -> None:
    """Let people in to the sale of one event, tell them and everybody, and write it down."""
    _catch_up(room)
    _keep(room.event_id, holders)
    for _ in range(MOST_ROUNDS):
        tick = insist(
            room.event_id, lambda line: line.tick(stock=stock.available, holders=len(holders))
        )
        _tell(room, tick, stock)
        _write_down(room, tick, stock)
        if tick.room.drawing:
            _draw(room, tick)
        elif not tick.unfinished:
            return


def _keep(event_id: int, holders: Mapping[int, datetime]) -> None:
    """A hold, and a payment under way, keep their holder's admission alive."""
    if holders:
        leases = {
            person_of_user(user): int(until.timestamp() * SECOND) for user, until in holders.items()
        }
        insist(event_id, lambda line: line.keep_all(leases))


def _catch_up(room: WaitingRoom) -> None:
    """Bring what Redis could not be told when an operator decided it, before anybody is called."""
    line = insist(room.event_id, lambda line: line.room())
    if line.epoch < room.epoch:
        begin_line(room.event_id)
    if line.settings_version < room.version:
        insist(room.event_id, lambda line: line.configure(settings_of(room)))


def _tell(room: WaitingRoom, tick: Tick, stock: Stock) -> None:
    users = [user_of_person(one.person) for one in tick.called]
    until = tick.room.now + room.claim_seconds * SECOND
    live.tell_admitted(
        room.event_id,
        [user for user in users if user is not None],
        until=until,
        version=tick.room.version,
    )
    live.tell_queue(room.event_id, known=known_of(room), room=tick.room, stock=stock)


def _write_down(room: WaitingRoom, tick: Tick, stock: Stock) -> None:
    """Add to the record, to the traffic and to the forecasts what this beat has brought."""
    now = instant(tick.room.now)
    if has_news(room, tick):
        record_tick(room_id=room.pk, tick=tick)
    if any(tick.deltas) or tick.room.waiting or tick.room.active:
        claims.note_traffic(
            room,
            now,
            **tick.deltas._asdict(),
            waiting=tick.room.waiting,
            active=tick.room.active,
        )
    _forecast(room, known_of(room), tick, stock, now)


def _forecast(room: WaitingRoom, known: KnownRoom, tick: Tick, stock: Stock, now: datetime) -> None:
    line = tick.room
    standstill = known.mode == Mode.CLOSED or reason_of(known, line, stock) not in {None, "drain"}
    settle_forecasts(room.pk, frontier=line.frontier, now=now, void=standstill)
    if line.waiting and line.speed > 0 and not standstill:
        make_forecast(
            room.pk,
            epoch=line.epoch,
            number=line.last,
            frontier=line.frontier,
            speed=line.speed,
            spread=spread_of(room.pk),
            now=now,
        )


def _draw(room: WaitingRoom, tick: Tick) -> None:
    """Give those who came early their places, some at a time.

    What is drawn is settled in PostgreSQL before the first of them has it, so that the draw goes
    on as it began whoever goes on with it.
    """
    record_draw(room_id=room.pk, count=tick.room.num_early)
    room.refresh_from_db(fields=["seed", "num_drawn"])

    def draw_some(line: Line) -> int:
        early = line.early(DRAWN_AT_ONCE)
        line.draw(
            [
                (one.person, one.number, place_of(one.number, seed=room.seed, count=room.num_drawn))
                for one in early
            ]
        )
        return len(early)

    while insist(room.event_id, draw_some):
        pass
