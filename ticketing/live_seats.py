"""The topic `seats.<event id>`: which seats are free. Anyone may watch; who has them, nobody.

What is published of a seat is its letter alone. Hubs, which read the layout with the map, make of
it what watchers get: so a worker needs no layout to let a hold expire, nor can it have an old one.
"""

from collections.abc import Collection, Iterable
from functools import partial
from itertools import groupby
from operator import attrgetter

from django.db import connection

from realtime.publish import publish
from realtime.topics import JSON, Cells, Change, Dense, TopicKind, register
from ticketing.ids import rows_of
from ticketing.plans import plan_of
from ticketing.seat_claims import STATES, Moved
from ticketing.seating.plan import Plan

WORDS = {"f": "free", "h": "held", "s": "sold", "b": "blocked"}

READ_MAPS = f"""
SELECT event.id, layout.id, layout.version, map.states, map.versions
  FROM ticketing_event AS event
  JOIN ticketing_layout AS layout ON layout.id = event.layout_id
 CROSS JOIN LATERAL (
    SELECT {STATES} AS states,
           coalesce(array_agg(s.version ORDER BY s.number), '{{}}') AS versions
      FROM ticketing_seat s WHERE s.event_id = event.id
 ) AS map
 WHERE event.id = ANY (%s) AND event.published
"""  # noqa: S608


def seats_topic(event_id: int) -> str:
    return f"seats.{event_id}"


def publish_seats(seats: Iterable[Moved]) -> None:
    """Tell the maps of the events of `seats`, once it is committed."""
    by_event = sorted(seats, key=attrgetter("event_id"))
    for event_id, rows in groupby(by_event, key=attrgetter("event_id")):
        publish(seats_topic(event_id), map(seat_change, rows))


def seat_change(moved: Moved) -> Change:
    """Say which letter a seat has now."""
    return Change(f"seat.{moved.number}", "seat_updated", moved.version, moved.state)


def seat_maps(idents: Collection[str]) -> dict[str, Cells]:
    """Read the seats of events, in one query however many they are."""
    rows = rows_of(idents)
    with connection.cursor() as cursor:
        cursor.execute(READ_MAPS, [list(rows.values())])
        found = {event_id: cells_of(*read) for event_id, *read in cursor.fetchall()}
    return {ident: found[row] for ident, row in rows.items() if row in found}


def cells_of(layout_id: int, version: str, states: str, versions: list[int]) -> Cells:
    """Return a map as hubs hold it; its plan is read here, as hubs may not wait for it."""
    return Cells({"layout": version}, states, versions, partial(seat_value, plan_of(layout_id)))


def seat_value(plan: Plan, number: int, state: str) -> JSON:
    """Return a seat as it goes over the wire."""
    return {"id": plan.places[number].key, "number": number, "state": WORDS[state]}


def letter_of(value: JSON) -> str | None:
    """Return the letter that was published, None if it is none of ours."""
    return value if isinstance(value, str) and value in WORDS else None


def register_topics() -> None:
    register(
        TopicKind(
            prefix="seats",
            public=True,
            snapshots=seat_maps,
            dense=Dense(
                key="seats",
                kind="seats_snapshot",
                field="states",
                cell_prefix="seat.",
                cell_kind="seat_updated",
                letter_of=letter_of,
            ),
        )
    )
