"""How much of an event can be had now, and who is on the way to the till."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

COUNT = """
SELECT e.id, coalesce(sum(t.available) FILTER (WHERE open), 0),
       coalesce(sum(t.held) FILTER (WHERE open), 0), coalesce(bool_or(open), false)
  FROM ticketing_event e
  LEFT JOIN ticketing_tickettype t ON t.event_id = e.id
 CROSS JOIN LATERAL (
       SELECT e.cancelled_at IS NULL AND e.published
          AND e.sale_starts_at <= now() AND e.sale_ends_at > now()
          AND (t.sale_starts_at IS NULL OR t.sale_starts_at <= now())
          AND (t.sale_ends_at IS NULL OR t.sale_ends_at > now()) AS open) AS sale
 WHERE e.id = ANY(%s) GROUP BY e.id
"""
HOLDERS = """
SELECT event_id, user_id, max(expires_at) FROM ticketing_reservation
 WHERE status = 'held' AND expires_at > now() AND event_id = ANY(%s) GROUP BY event_id, user_id
"""


class Stock(NamedTuple):
    """Tickets on sale at this moment: free, and held by somebody; `on_sale` if there are any."""

    available: int
    held: int
    on_sale: bool

    @property
    def sold_out(self) -> bool:
        """Whether all that is on sale is held or sold."""
        return self.on_sale and self.available == 0


NOTHING = Stock(0, 0, on_sale=False)


def stock_of(event_ids: Collection[int]) -> Mapping[int, Stock]:
    """Return the stock of events that there are, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [list(event_ids)])
        return {event_id: Stock(*rest) for event_id, *rest in cursor.fetchall()}


def holders_of(event_ids: Collection[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return who holds something of events, until when: by event, then by user; one query."""
    found: dict[int, dict[int, datetime]] = {event_id: {} for event_id in event_ids}
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [list(event_ids)])
        for event_id, user_id, expires_at in cursor.fetchall():
            found[event_id][user_id] = expires_at
    return found
