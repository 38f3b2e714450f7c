"""The record of a waiting room: what happened, in order, each entry chained to the one before.

The digest of an entry is the SHA-256 of its fields as JSON: no spaces, names in alphabetical
order, UTF-8; `at` as 2026-11-21T18:03:20.123456Z; `previous` the digest of the entry before, empty
for the first. The room keeps the number of entries and the last digest, its head. Who rewrites
all of it in the database can forge it unseen, unless somebody has noted a head.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db import connection, transaction

from queueing.models import WaitingRoom
from queueing.notes import Note

# The room's row is the lock: what follows an append in the same transaction follows it for all.
TAKE_END = """
SELECT num_entries, head,
       to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  FROM queueing_waitingroom WHERE id = %s FOR NO KEY UPDATE
"""

APPEND = """
WITH added AS (
    INSERT INTO queueing_recordentry (room_id, at, sequence, kind, body, previous, digest)
    SELECT %(room)s, %(at)s::timestamptz, sequence, kind, body::jsonb, previous, digest
      FROM unnest(%(sequences)s::bigint[], %(kinds)s::text[], %(bodies)s::text[],
                  %(before)s::text[], %(digests)s::text[])
           AS entry (sequence, kind, body, previous, digest)
)
UPDATE queueing_waitingroom SET num_entries = %(num_entries)s, head = %(head)s WHERE id = %(room)s
"""


def digest_of(
    *, room_id: int, sequence: int, at: str | None, kind: str, body: Any, previous: str
) -> str:
    """Return the digest of an entry; raise TypeError if `body` has no canonical form."""
    fields = {"room": room_id, "sequence": sequence, "at": at, "kind": kind, "body": body}
    text = orjson.dumps({**fields, "previous": previous}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


@transaction.atomic(savepoint=False)
def append_entries(*, room_id: int, notes: Sequence[Note]) -> None:
    """Write `notes` down in their order, at the end of the record of the room.

    A step: a use case that changes the room writes its note in the same transaction. Those who
    append to one room at once wait for each other until they commit.
    """
    if not notes:
        return
    with connection.cursor() as cursor:
        cursor.execute(TAKE_END, [room_id])
        end = cursor.fetchone()
        if end is None:
            raise WaitingRoom.DoesNotExist
        cursor.execute(APPEND, _chain(notes, room_id, *end))


def _chain(
    notes: Sequence[Note], room_id: int, num_entries: int, head: str, at: str
) -> Mapping[str, Any]:
    """Return the columns of the entries that `notes` make after `head`."""
    sequences = list(range(num_entries + 1, num_entries + len(notes) + 1))
    kinds = [str(note.kind) for note in notes]
    bodies = [_canonical(note.body) for note in notes]
    chain = [head]
    for sequence, kind, body in zip(sequences, kinds, bodies, strict=True):
        fields = {"sequence": sequence, "kind": kind, "body": orjson.loads(body)}
        chain.append(digest_of(room_id=room_id, at=at, previous=chain[-1], **fields))
    return {
        "room": room_id,
        "at": at,
        "num_entries": sequences[-1],
        "head": chain[-1],
        "sequences": sequences,
        "kinds": kinds,
        "bodies": bodies,
        "before": chain[:-1],
        "digests": chain[1:],
    }


def _canonical(body: Mapping[str, Any]) -> str:
    _refuse_fractions(body)
    return orjson.dumps(body).decode()


def _refuse_fractions(value: Any) -> None:
    """Raise TypeError where PostgreSQL may write a number otherwise than we did."""
    if isinstance(value, float):
        raise TypeError("the record holds whole numbers only")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            _refuse_fractions(one)
