"""What must never be false of a waiting room, as far as one query can tell."""

from core.invariants import Invariant, declare

RECORDS = Invariant(
    "the record of a waiting room ends where the room says (verify_queue reads all of it)",
    """
    SELECT r.id, r.event_id, r.num_entries, e.sequence
      FROM queueing_waitingroom r
      LEFT JOIN LATERAL (SELECT sequence, digest FROM queueing_recordentry
                          WHERE room_id = r.id ORDER BY sequence DESC LIMIT 1) e ON true
     WHERE r.num_entries <> coalesce(e.sequence, 0) OR r.head <> coalesce(e.digest, '')
    """,
)


def declare_all() -> None:
    declare(RECORDS)
