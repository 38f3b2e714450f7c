"""What everyone stands on: a clock that we set, and a start that comes back after each run."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from core.invariants import breaches, known
from tests.interleaving.gates import Function

MADE_ANEW = (  # rows that a run makes, each after what it points to
    "ticketing_reservation",
    "ticketing_reservationitem",
    "ticketing_allowance",
    "ticketing_payment",
    "ticketing_sandboxcharge",
    "ticketing_ticket",
)
PUT_BACK = {  # rows that a run changes
    "ticketing_tickettype": ("capacity", "held", "sold", "version"),
    "ticketing_seat": ("state", "reservation_id", "expires_at", "reason", "version"),
    "ticketing_event": ("status", "version"),
}

CLOCK = """
CREATE SEQUENCE interleaving.clock MINVALUE 0 START 0;
SELECT setval('interleaving.clock', 0);
"""

# A sequence belongs to no transaction: when it is set, time has passed for everybody at once.
TELL_TIME = """
CREATE FUNCTION interleaving.{name}() RETURNS timestamptz LANGUAGE sql AS $$
    SELECT timestamptz '{start}' + last_value * interval '1 second' FROM interleaving.clock $$;
"""

STATE = {
    "seats": """
        SELECT s.number, s.state, u.username FROM ticketing_seat s
          LEFT JOIN ticketing_reservation r ON r.id = s.reservation_id
          LEFT JOIN accounts_user u ON u.id = r.user_id
         WHERE s.state <> 'f' ORDER BY 1
    """,
    "reservations": """
        SELECT u.username, r.status, r.prolonged_at IS NOT NULL, r.total,
               (SELECT sum(quantity) FROM ticketing_reservationitem i
                 WHERE i.reservation_id = r.id)
          FROM ticketing_reservation r JOIN accounts_user u ON u.id = r.user_id
         ORDER BY 1, 2, 3, 4, 5
    """,
    "stock": "SELECT capacity, held, sold FROM ticketing_tickettype ORDER BY id",
}


class Ground:
    """The schema that the people under test look into first, seen through one connection."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw

    def make(self) -> None:
        self.remove()
        [[start]] = self.raw.execute("SELECT pg_catalog.clock_timestamp()").fetchall()
        self.raw.execute("CREATE SCHEMA interleaving")
        self.raw.execute(CLOCK)
        for name in ("clock_timestamp", "statement_timestamp"):
            self.raw.execute(TELL_TIME.format(name=name, start=start.isoformat()))

    def remove(self) -> None:
        self.raw.execute("DROP SCHEMA IF EXISTS interleaving CASCADE")

    def install(self, function: Function) -> None:
        self.raw.execute(function.text)

    def set_clock(self, seconds: int) -> None:
        self.raw.execute("SELECT setval('interleaving.clock', %s)", [seconds])

    def keep(self, name: str) -> None:
        """Remember what is there now."""
        for table in (*MADE_ANEW, *PUT_BACK):
            self.raw.execute(f"DROP TABLE IF EXISTS interleaving.{name}_{table}")
            self.raw.execute(f"CREATE TABLE interleaving.{name}_{table} AS TABLE {table}")

    def back_to(self, name: str, *, seconds: int) -> None:
        """Make what is there as it was then."""
        self.raw.execute(";".join(_way_back(name)))
        self.set_clock(seconds)

    def state(self) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """Return what is true now, without ids and moments."""
        return {
            name: tuple(self.raw.execute(query).fetchall())  # type: ignore[call-overload]
            for name, query in STATE.items()
        }


def broken_rules() -> list[str]:
    """Return the invariants that are broken."""
    return [str(breach) for rule in known() for breach in breaches(of=rule)]


def _way_back(name: str) -> list[str]:
    emptied = [f"DELETE FROM {table}" for table in reversed(MADE_ANEW)]
    filled = [f"INSERT INTO {one} SELECT * FROM interleaving.{name}_{one}" for one in MADE_ANEW]
    freed = (
        "UPDATE ticketing_seat SET state = 'f', reservation_id = NULL, expires_at = NULL"
        " WHERE reservation_id IS NOT NULL"
    )
    changed = []
    for table, columns in PUT_BACK.items():
        now = ", ".join(f"t.{column}" for column in columns)
        then = ", ".join(f"s.{column}" for column in columns)
        values = ", ".join(f"{column} = s.{column}" for column in columns)
        changed.append(
            f"UPDATE {table} t SET {values} FROM interleaving.{name}_{table} s"
            f" WHERE t.id = s.id AND ({now}) IS DISTINCT FROM ({then})"
        )
    return [freed, *emptied, *filled, *changed]
