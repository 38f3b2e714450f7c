"""The few hot statements. Each is one round trip, and its answer says who won.

`hold` was measured at 58 to 73 % of what pgbench gets out of the same statement, where the same
steps through the ORM, a round trip each, reach a third of that (docs/decisions).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import psycopg
from django.db import DatabaseError, connection

HOLD = "SELECT ticketing_hold(%s, %s, %s, %s, %s, %s, %s, %s)::text"

# 23505: the same key was written meanwhile, by the same request or by another one.
LOST_IN_THE_CLAIM = {
    "JR001": "limit_exceeded",
    "JR002": "sold_out",
    "JR003": "seats_taken",
    "JR004": "changed",
    "23505": "mismatch",
}

STEP = """
UPDATE ticketing_reservation
   SET status = %(becomes)s, settled_at = clock_timestamp(), version = version + 1
 WHERE id IN (SELECT id FROM ticketing_reservation
               WHERE id = ANY (%(ids)s) ORDER BY id FOR NO KEY UPDATE)
   AND status = %(was)s
   AND (NOT %(only_due)s OR expires_at <= clock_timestamp())
RETURNING id
"""

GIVE_BACK_ALLOWANCES = """
WITH mine AS (
    SELECT i.ticket_type_id, r.user_id, sum(i.quantity) AS quantity
      FROM ticketing_reservation r JOIN ticketing_reservationitem i ON i.reservation_id = r.id
     WHERE r.id = ANY (%s) GROUP BY 1, 2
), locked AS MATERIALIZED (
    SELECT a.ticket_type_id, a.user_id
      FROM ticketing_allowance a JOIN mine USING (ticket_type_id, user_id)
     ORDER BY 1, 2 FOR NO KEY UPDATE OF a
)
UPDATE ticketing_allowance a SET quantity = a.quantity - mine.quantity
  FROM locked JOIN mine USING (ticket_type_id, user_id)
 WHERE a.ticket_type_id = locked.ticket_type_id AND a.user_id = locked.user_id
"""

MOVE_STOCK = """
WITH theirs AS (
    SELECT ticket_type_id AS id, sum(quantity) AS quantity
      FROM ticketing_reservationitem WHERE reservation_id = ANY (%(ids)s) GROUP BY 1
), locked AS MATERIALIZED (
    SELECT t.id FROM ticketing_tickettype t JOIN theirs USING (id)
     ORDER BY 1 FOR NO KEY UPDATE OF t
)
UPDATE ticketing_tickettype t
   SET held = t.held + %(held)s * theirs.quantity,
       sold = t.sold + %(sold)s * theirs.quantity,
       version = t.version + 1
  FROM locked JOIN theirs USING (id)
 WHERE t.id = locked.id
RETURNING t.id, t.category <> ''
"""


class MovedStock(NamedTuple):
    """The ticket types whose counters moved, and whether seats have to move with them."""

    types: list[int]
    seated: bool


def hold(
    *,
    reservation_id: uuid.UUID,
    code: str,
    user_id: int,
    event_id: int,
    items: Mapping[int, int],
    key: str | None,
    fingerprint: str,
) -> dict[str, Any]:
    """Claim the stock for `items` (ticket type id → quantity) and write the reservation.

    Returns what `ticketing_hold` says: its `verdict` is `held`, `replayed`, `mismatch` or the
    reason of a refusal; `claimed` tells whether a refusal was only found out by the claim itself.
    """
    types = sorted(items)
    quantities = [items[ticket_type] for ticket_type in types]
    row = (reservation_id, code, user_id, event_id, types, quantities, key, fingerprint)
    return ask(HOLD, row)


def step(*, ids: Iterable[uuid.UUID], was: str, becomes: str, only_due: bool) -> list[uuid.UUID]:
    """Step those of `ids` that are in state `was` to `becomes`; return the ones that stepped."""
    values = {"ids": list(ids), "was": was, "becomes": becomes, "only_due": only_due}
    return [row[0] for row in _rows(STEP, values)]


def give_back_allowances(*, ids: Sequence[uuid.UUID]) -> None:
    """Let the people of these reservations buy as many again; comes before `move_stock`."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK_ALLOWANCES, [list(ids)])


def move_stock(*, ids: Sequence[uuid.UUID], held: int, sold: int) -> MovedStock:
    """Add `held` and `sold` (-1, 0, 1) times what these reservations claim to the counters."""
    rows = _rows(MOVE_STOCK, {"ids": list(ids), "held": held, "sold": sold})
    return MovedStock([row[0] for row in rows], any(row[1] for row in rows))


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def ask(claim: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return what a claim says, or by its raising what it was lost to."""
    try:
        said: dict[str, Any] = _prepared(claim, values)
        return said
    except DatabaseError as error:
        verdict = LOST_IN_THE_CLAIM.get(getattr(error.__cause__, "sqlstate", None) or "")
        if verdict is None:
            raise
        return {"verdict": verdict, "claimed": True, "overdue": verdict == "sold_out"}


def _prepared(statement: str, values: Sequence[Any]) -> Any:
    """Run `statement`, which returns JSON, as a prepared one: planned once a connection.

    Django binds on the client and never prepares; its wrapper still turns errors into Django's.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        [[answer]] = cursor.execute(statement, values, prepare=True).fetchall()
    return orjson.loads(answer)
