"""What must never be false of a round. Each query returns the rows that break it."""

from core.invariants import Invariant, declare

TALLIES = Invariant(
    "an option's count is the number of votes for it",
    """
    SELECT o.id, o.round_id, o.num_votes, coalesce(v.num, 0)
      FROM voting_option o
      LEFT JOIN (SELECT option_id, count(*) AS num FROM voting_vote GROUP BY 1) v
        ON v.option_id = o.id
     WHERE o.num_votes <> coalesce(v.num, 0)
    """,
)

TOTALS = Invariant(
    "a round counts the votes of its ballots, and the people who have one on theirs",
    """
    SELECT r.id, r.num_votes, r.num_voters, coalesce(c.votes, 0), coalesce(c.voters, 0)
      FROM voting_round r
      LEFT JOIN (SELECT b.round_id, count(*) AS votes, count(DISTINCT b.user_id) AS voters
                   FROM voting_ballot b JOIN voting_vote v ON v.ballot_id = b.id
                  GROUP BY 1) c ON c.round_id = r.id
     WHERE (r.num_votes, r.num_voters)
           IS DISTINCT FROM (coalesce(c.votes, 0)::integer, coalesce(c.voters, 0)::integer)
    """,
)

CHOICES = Invariant(
    "a ballot has no more choices of a kind than its round gives, all of that round",
    """
    SELECT b.id, b.round_id, o.kind, count(*)
      FROM voting_ballot b
      JOIN voting_vote v ON v.ballot_id = b.id
      JOIN voting_option o ON o.id = v.option_id
      JOIN voting_round r ON r.id = b.round_id
     GROUP BY b.id, r.id, o.kind
    HAVING bool_or(o.round_id <> b.round_id)
        OR count(*) > CASE o.kind WHEN 'place' THEN r.max_places
                                  WHEN 'menu' THEN r.max_menus ELSE r.max_dates END
    """,
)

BALLOTS = Invariant(
    "a person has one ballot in a round, and each thing on it once",
    """
    SELECT min(b.id), b.round_id, b.user_id, v.option_id, count(*)
      FROM voting_ballot b LEFT JOIN voting_vote v ON v.ballot_id = b.id
     GROUP BY b.round_id, b.user_id, v.option_id
    HAVING count(*) > 1
    """,
)

TIMES = Invariant(
    "every vote was cast while its round was open",
    """
    SELECT v.id, r.id, v.cast_at, r.opens_at, least(r.closes_at, r.closed_at)
      FROM voting_vote v
      JOIN voting_ballot b ON b.id = v.ballot_id
      JOIN voting_round r ON r.id = b.round_id
     WHERE v.cast_at > least(r.closes_at, r.closed_at, r.cancelled_at)
    """,
)

LEADS = Invariant(
    "who leads has votes, and nobody of the same kind has more; without votes nobody leads",
    """
    SELECT r.id, k.kind, r.leads -> k.kind, m.most
      FROM voting_round r
     CROSS JOIN unnest(ARRAY['place', 'menu', 'date']) AS k (kind)
      LEFT JOIN (SELECT round_id, kind, max(num_votes) AS most FROM voting_option GROUP BY 1, 2) m
        ON m.round_id = r.id AND m.kind = k.kind
      LEFT JOIN voting_option o
        ON o.id = (r.leads -> k.kind ->> 'option')::bigint AND o.round_id = r.id AND o.kind = k.kind
     WHERE coalesce(o.num_votes, 0) <> coalesce(m.most, 0)
        OR (r.leads ? k.kind) <> (coalesce(m.most, 0) > 0)
        OR (o.id IS NOT NULL AND r.leads -> k.kind ->> 'id' <> voting_public_id(o))
    """,
)

MOVEMENTS = Invariant(
    "the history of an option ends with the count it has",
    """
    SELECT o.id, o.num_votes, m.num_votes
      FROM voting_option o
      LEFT JOIN (SELECT DISTINCT ON (option_id) option_id, num_votes
                   FROM voting_movement ORDER BY option_id, id DESC) m ON m.option_id = o.id
     WHERE o.num_votes <> coalesce(m.num_votes, 0)
    """,
)

WINNERS = Invariant(
    "a settled round's winners are options of its own, with as many votes as any or by run-off",
    """
    SELECT r.id, o.id, o.num_votes
      FROM voting_round r
      JOIN voting_option o ON o.id IN (r.winner_place_id, r.winner_menu_id, r.winner_date_id)
     WHERE o.round_id <> r.id OR r.settled_at IS NULL
        OR o.num_votes < (SELECT max(p.num_votes) FROM voting_option p
                           WHERE p.round_id = r.id AND p.kind = o.kind)
    """,
)

LIKES = Invariant(
    "a comment's likes are counted",
    """
    SELECT c.id, c.num_likes, count(l.id)
      FROM voting_comment c LEFT JOIN voting_commentlike l ON l.comment_id = c.id
     GROUP BY c.id HAVING c.num_likes <> count(l.id)
    """,
)


ALL = (TALLIES, TOTALS, CHOICES, BALLOTS, TIMES, LEADS, MOVEMENTS, WINNERS, LIKES)


def declare_all() -> None:
    declare(*ALL)
