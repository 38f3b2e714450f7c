"""A publisher for Jari: sells on one event and tells its watchers, as a hold does.

`sale.py EVENT TICKET_TYPE…`, in the environment of a running product. What it publishes is what
the rows say, so that the hubs' readings agree with it.
"""

import os
import sys

import django
from django.db import connection

from rig.publishers import answer_lines, stamp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from realtime.publish import flush, publish  # noqa: E402
from ticketing.live import event_topic, ticket_change  # noqa: E402

TAKE = """
UPDATE ticketing_tickettype SET held = held + 1, version = version + 1 WHERE id = %s
RETURNING id, name, price, capacity, available, held, sold, max_per_person,
    sale_starts_at, sale_ends_at, version
"""
NAME = "UPDATE ticketing_tickettype SET name = %s WHERE id = %s"


def main() -> None:
    event_id, *ticket_types = (int(word) for word in sys.argv[1:])
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # the pipes are measured, not the disk

        def sell(number: int) -> None:
            ticket_type = ticket_types[number % len(ticket_types)]
            cursor.execute(TAKE, [ticket_type])
            names = [column.name for column in cursor.description]
            row = dict(zip(names, cursor.fetchone(), strict=True))
            row["name"] = stamp(number)  # the clock starts where a sale has been committed
            publish(event_topic(event_id), [ticket_change(row, event_id=event_id, currency="KRW")])
            cursor.execute(NAME, [row["name"], ticket_type])

        answer_lines(sell)
    flush()


if __name__ == "__main__":
    main()
