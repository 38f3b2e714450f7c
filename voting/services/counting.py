"""Counting: who could vote and who did, and what people like over the months."""

from collections.abc import Collection

from django.db import connection

COUNT_ELIGIBLE = """
WITH counted AS (
    SELECT r.id, (SELECT count(*) FROM accounts_user u
                   WHERE u.is_active AND (r.team_id IS NULL OR EXISTS (
                         SELECT FROM voting_membership m
                          WHERE m.team_id = r.team_id AND m.user_id = u.id))) AS num
      FROM voting_round r
     WHERE r.settled_at IS NULL AND r.cancelled_at IS NULL
       AND (%(ids)s::bigint[] IS NULL OR r.id = ANY (%(ids)s::bigint[]))
)
UPDATE voting_round r SET num_eligible = counted.num, version = r.version + 1
  FROM counted WHERE r.id = counted.id AND r.num_eligible <> counted.num
RETURNING r.id
"""


def count_eligible(*, round_ids: Collection[int] | None = None) -> list[int]:
    """Count anew who may vote in these rounds, or in all that are not settled; return the news."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ELIGIBLE, {"ids": None if round_ids is None else list(round_ids)})
        return [row[0] for row in cursor.fetchall()]
