"""Counting: who could vote and who did, and what people like over the months."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from core.db import retrying
from voting.models import Round

COUNT_ELIGIBLE = """
WITH counted AS (
    SELECT r.id, (SELECT count(*) FROM accounts_user u
                   WHERE u.is_active AND (r.team_id IS NULL OR EXISTS (
                         SELECT FROM voting_membership m
                          WHERE m.team_id = r.team_id AND m.user_id = u.id))) AS num
      FROM voting_round r
     WHERE r.settled_at IS NULL AND r.cancelled_at IS NULL
       AND (%(ids)s::bigint[] IS NULL OR r.id = ANY (%(ids)s::bigint[]))
     ORDER BY r.id
)
UPDATE voting_round r SET num_eligible = counted.num, version = r.version + 1
  FROM counted WHERE r.id = counted.id AND r.num_eligible <> counted.num
RETURNING r.id
"""

# Votes for a double count for what it was merged into, and only where the result stands.
FAVOURITES = """
SELECT p.id, p.name,
       count(*) FILTER (WHERE r.winner_place_id = o.id) AS wins,
       sum(o.num_votes) AS votes,
       count(DISTINCT r.id) AS rounds,
       (SELECT avg(v.stars) FROM voting_review v WHERE v.place_id = p.id) AS stars,
       (SELECT max(m.day) FROM voting_round m
         WHERE m.ate_at_id = p.id AND m.settled_at IS NOT NULL) AS eaten_on
  FROM voting_option o
  JOIN voting_round r ON r.id = o.round_id
  JOIN voting_place d ON d.id = o.place_id
  JOIN voting_place p ON p.id = coalesce(d.merged_into_id, d.id)
 WHERE r.settled_at IS NOT NULL AND r.run_off_of_id IS NULL AND r.day >= %(since)s
   AND (%(team)s::bigint IS NULL OR r.team_id = %(team)s)
 GROUP BY p.id
HAVING sum(o.num_votes) > 0
 ORDER BY wins DESC, votes DESC, p.id LIMIT %(limit)s
"""

STREAKS = """
SELECT EXISTS (SELECT FROM voting_ballot b JOIN voting_vote v ON v.ballot_id = b.id
                WHERE b.round_id = r.id AND b.user_id = %(user)s)
  FROM voting_round r
 WHERE r.settled_at IS NOT NULL AND r.run_off_of_id IS NULL
   AND (r.team_id IS NULL OR EXISTS (
        SELECT FROM voting_membership m WHERE m.team_id = r.team_id AND m.user_id = %(user)s))
 ORDER BY r.closes_at DESC, r.id DESC LIMIT %(limit)s
"""

RECENT = 400  # rounds that a streak is looked for in: a year and a half of days


class Favourite(NamedTuple):
    """How a place has done in the rounds that are settled; `stars` is the mean of its reviews."""

    place_id: int
    name: str
    wins: int
    votes: int
    rounds: int
    stars: float | None
    eaten_on: date | None


class Turnout(NamedTuple):
    """How many could vote in a round, and did; `share` is from 0 to 1."""

    round_id: int
    title: str
    day: date
    voters: int
    eligible: int
    share: float


class Streak(NamedTuple):
    """In how many rounds one after the other somebody voted: up to the latest, and ever."""

    current: int
    longest: int


@retrying
def count_eligible(*, round_ids: Collection[int] | None = None) -> list[int]:
    """Count anew who may vote in these rounds, or in all that are not settled; return the news."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ELIGIBLE, {"ids": None if round_ids is None else list(round_ids)})
        return [row[0] for row in cursor.fetchall()]


def favourites(*, since: date, team_id: int | None = None, limit: int = 20) -> list[Favourite]:
    """Return the places that won most since a day, and then those that got most votes."""
    with connection.cursor() as cursor:
        cursor.execute(FAVOURITES, {"since": since, "team": team_id, "limit": limit})
        rows = cursor.fetchall()
    return [
        Favourite(pk, name, wins, int(votes), rounds, None if stars is None else float(stars), on)
        for pk, name, wins, votes, rounds, stars, on in rows
    ]


def turnouts(*, since: date, team_id: int | None = None, limit: int = 100) -> list[Turnout]:
    """Return who voted in the rounds that are settled, newest first."""
    settled = Round.objects.filter(settled_at__isnull=False, run_off_of=None, day__gte=since)
    if team_id is not None:
        settled = settled.filter(team=team_id)
    return [
        Turnout(of.pk, of.title, of.day, of.num_voters, of.num_eligible, of.turnout)
        for of in settled.order_by("-closes_at", "-pk")[:limit]
    ]


def streak_of(user_id: int) -> Streak:
    """Return in how many rounds without a gap somebody voted, of those that they could vote in."""
    with connection.cursor() as cursor:
        cursor.execute(STREAKS, {"user": user_id, "limit": RECENT})
        return streak([voted for (voted,) in cursor.fetchall()])


def streak(voted: Iterable[bool]) -> Streak:
    """Return the streaks in `voted`, newest first."""
    runs = [0]
    for did in voted:
        if did:
            runs[-1] += 1
        else:
            runs.append(0)
    return Streak(runs[0], max(runs))
