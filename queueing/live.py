"""The topic of waiting rooms: who may watch, and what is true now.

`queue.<event id>`   the line in figures, the same for everybody; anyone
`user.<id>`          tells that person, and nobody else, that they were let in

Nothing here is about a single person: each screen works its own position out of its own number.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.template.loader import render_to_string

from queueing.forecasts import spread_of
from queueing.line import Line, LineAway, LineLost, Mode, Room
from queueing.people import COOKIE, person_of_user, read_guest
from queueing.rooms import KnownRoom, read_room
from queueing.services.turns import instant, reason_of
from queueing.spreads import ENOUGH
from realtime.publish import publish
from realtime.topics import Change, TopicKind, Visit, register
from ticketing.ids import rows_of
from ticketing.live import instant as write_instant
from ticketing.live import user_topic
from ticketing.stock import NOTHING, Stock, stock_of


def queue_topic(event_id: int) -> str:
    return f"queue.{event_id}"


def state_of(known: KnownRoom, room: Room | None) -> str:
    """Return what a newcomer meets: `open`, `waiting` or `closed`."""
    if known.mode == Mode.OFF or (known.mode == Mode.AUTOMATIC and room and not room.on):
        return "open"
    return "closed" if known.mode in {Mode.CLOSED, Mode.DRAIN} else "waiting"


def queue_value(
    event_id: int, *, known: KnownRoom, room: Room | None, stock: Stock
) -> dict[str, Any]:
    """Return the line of an event in figures; `room` is None where Redis knows nothing."""
    return {
        "id": str(event_id),
        "mode": known.mode,
        "state": state_of(known, room),
        "epoch": known.epoch,
        "threshold": known.threshold,
        "rate": known.rate,
        "available": stock.available if stock.on_sale else None,
        "held": stock.held,
        "reason": reason_of(known, room, stock) if known.mode != Mode.OFF else None,
        "message": known.message,
        "message_en": known.message_en,
        "opens_at": write_instant(known.opens_at),
        **_figures(known, room),
    }


def queue_change(event_id: int, *, known: KnownRoom, room: Room | None, stock: Stock) -> Change:
    """Say what is now true of the line of an event."""
    value = queue_value(event_id, known=known, room=room, stock=stock)
    version = room.version if room is not None else known.version
    return Change(queue_topic(event_id), "queue_updated", version, value)


def _figures(known: KnownRoom, room: Room | None) -> dict[str, Any]:
    if room is None:
        zeros = ("frontier", "last", "waiting", "active", "early", "per_minute", "speed")
        return {**dict.fromkeys(zeros, 0), "range": None, "hit_rate": None}
    spread = spread_of(known.id) if known.id is not None else None
    hit_rate = spread.hit_rate if spread is not None and spread.num >= ENOUGH else None
    return {
        "frontier": room.frontier,
        "last": room.last,
        "waiting": room.waiting,
        "active": room.active,
        "early": room.early,
        "per_minute": room.recent,
        "speed": round(room.speed, 3),
        "range": [round(spread.low, 2), round(spread.high, 2)] if spread else None,
        "hit_rate": None if hit_rate is None else round(hit_rate, 2),
    }


def tell_queue(event_id: int, *, known: KnownRoom, room: Room | None, stock: Stock) -> None:
    """Tell everybody who watches the line."""
    change = queue_change(event_id, known=known, room=room, stock=stock)
    publish(queue_topic(event_id), [change])


def tell_admitted(event_id: int, user_ids: Iterable[int], *, until: int, version: int) -> None:
    """Tell those who were let in, and nobody else; `until` is in ms, `version` the line's."""
    value = {"event": str(event_id), "until": write_instant(instant(until))}
    for user_id in user_ids:
        change = Change(f"admission.{event_id}", "queue_admitted", version, value)
        publish(user_topic(user_id), [change])


def queue_snapshots(idents: Collection[str]) -> dict[str, list[Change]]:
    """Read what is true of each line; raises `LineAway` where Redis cannot say."""
    rows = {ident: row for ident, row in rows_of(idents).items() if row}
    stocks = stock_of(list(rows.values()))
    found: dict[str, list[Change]] = {}
    for ident, event_id in rows.items():
        known = read_room(event_id)
        if known.known:
            room = _read_line(event_id, known)
            stock = stocks.get(event_id, NOTHING)
            found[ident] = [queue_change(event_id, known=known, room=room, stock=stock)]
    return found


def _read_line(event_id: int, known: KnownRoom) -> Room | None:
    if known.id is None:
        return None
    try:
        return Line(event_id).room()
    except LineLost:
        return None
    except LineAway:
        if known.mode == Mode.OFF:
            return None
        raise


def fragments(change: Change) -> str | None:
    """Render the page's own fragment of the line."""
    if change.kind != "queue_updated" or not isinstance(change.value, dict):
        return None
    return render_to_string("queueing/fragments/room.html", {**change.value, "oob": True})


def name_of(visit: Visit) -> str | None:
    """Return who attends a line by an open socket."""
    if visit.user_id is not None:
        return person_of_user(visit.user_id)
    return read_guest(visit.cookies.get(COOKIE))


def attended(ident: str, people: Collection[str]) -> None:
    """Note that these people have their pages open."""
    event_id = rows_of([ident])[ident]
    try:
        Line(event_id).attend(people)
    except LineLost:
        return  # the next tick begins it, and they bring their proofs


def register_topics() -> None:
    register(
        TopicKind(
            prefix="queue",
            public=True,
            snapshots=queue_snapshots,
            fragments=fragments,
            name_of=name_of,
            attended=attended,
        )
    )
