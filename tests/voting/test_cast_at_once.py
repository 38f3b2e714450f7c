"""Many who vote at once, and one who does so in many tabs."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from tests.builders import many_users
from tests.races import kinds, race
from tests.realtime.stage import wait_for
from tests.voting.rounds import (
    a_place,
    a_round,
    a_team,
    ballots_in,
    places,
    retract,
    tally,
    vote,
    votes_in,
)
from voting.models import Membership, Place, Round
from voting.services.gathering import add_place
from voting.services.merging import merge_places
from voting.services.settling import settle_round
from voting.services.steering import cancel_round, close_early
from voting.services.suggesting import suggest, withdraw_option

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def now(of: Round) -> Round:
    return Round.objects.get(pk=of.pk)


def test_one_persons_vote_sent_20_times_counts_once(alice, lunch, noodles):
    outcomes = race([partial(vote, alice, lunch, noodles)] * 20)

    assert kinds(outcomes) == {"Cast": 20}
    assert sum(cast.changed for cast in outcomes) == 1
    assert (votes_in(lunch), ballots_in(lunch)) == (1, 1)


def test_one_persons_20_choices_at_once_keep_to_the_limit(alice):
    up = places(20)
    of = a_round(*up, max_places=3)

    outcomes = race([partial(vote, alice, of, place) for place in up])

    assert kinds(outcomes) == {"Cast": 3, "TooManyChoices": 17}
    assert votes_in(of) == 3


def test_casting_and_retracting_at_once_ends_in_either(alice, lunch, noodles):
    for _ in range(5):
        race([partial(vote, alice, lunch, noodles), partial(retract, alice, lunch, noodles)] * 5)

    of = now(lunch)
    assert of.num_votes == of.num_voters == votes_in(lunch) in {0, 1}


class Reader(threading.Thread):
    """Reads, again and again in one query, the tally and the ballots behind it."""

    QUERY = """
        SELECT r.num_votes, r.num_voters,
               (SELECT coalesce(sum(o.num_votes), 0) FROM voting_option o WHERE o.round_id = r.id),
               (SELECT count(*) FROM voting_vote v JOIN voting_ballot b ON b.id = v.ballot_id
                 WHERE b.round_id = r.id),
               (SELECT count(DISTINCT v.ballot_id) FROM voting_vote v
                  JOIN voting_ballot b ON b.id = v.ballot_id WHERE b.round_id = r.id),
               (SELECT count(*) FROM voting_option o
                 WHERE o.round_id = r.id AND o.num_votes <> (
                       SELECT count(*) FROM voting_vote v WHERE v.option_id = o.id))
          FROM voting_round r WHERE r.id = %s
    """

    def __init__(self, of: Round) -> None:
        super().__init__(daemon=True)
        self.of = of
        self.seen: list[tuple[int, ...]] = []
        self.over = threading.Event()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                with connection.cursor() as cursor:
                    cursor.execute(self.QUERY, [self.of.pk])
                    self.seen.append(cursor.fetchone())
        finally:
            connections.close_all()

    def __enter__(self) -> "Reader":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.join(30)

    @property
    def wrong(self) -> list[tuple[int, ...]]:
        return [
            row
            for row in self.seen
            if not (row[0] == row[2] == row[3] and row[1] == row[4] and row[5] == 0)
        ]


def test_50_people_at_once_and_the_tally_is_right_at_every_moment():
    up = places(5)
    of = a_round(*up, max_places=3)
    people = many_users(50)

    with Reader(of) as reader:
        outcomes = race(
            [
                partial(vote, person, of, up[(nth + step) % 5])
                for nth, person in enumerate(people)
                for step in range(3)
            ]
            + [partial(retract, person, of, up[nth % 5]) for nth, person in enumerate(people)]
        )

    assert kinds(outcomes) == {"Cast": 200}
    assert reader.wrong == []
    assert len({row[0] for row in reader.seen}) > 3, "the reader saw nothing move"
    assert now(of).num_votes == votes_in(of) == sum(tally(of).values())


def test_people_who_vote_in_opposite_orders_never_deadlock():
    up = places(4)
    of = a_round(*up, max_places=4)
    people = many_users(20)
    before = deadlocks()

    outcomes = race(
        [
            partial(vote, person, of, place)
            for nth, person in enumerate(people)
            for place in (up if nth % 2 else up[::-1])
        ]
    )

    assert kinds(outcomes) == {"Cast": 80}
    assert deadlocks() == before


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_no_vote_counts_after_the_close(lunch, noodles):
    people = many_users(30)
    attempts = [partial(vote, person, lunch, noodles) for person in people]
    attempts.insert(15, partial(close_early, round_id=lunch.pk))

    outcomes = race(attempts)

    came_to = kinds(outcomes)
    of = now(lunch)
    assert set(came_to) <= {"Cast", "RoundClosed", "NoneType"}
    assert of.num_votes == came_to.get("Cast", 0) == votes_in(of)
    assert (of.winner_place is not None) == (of.num_votes > 0)


def test_a_result_holds_every_vote_that_was_told_it_counts(lunch, noodles, soup):
    """Votes race with the close by time, again and again, some people for each place."""
    for _ in range(6):
        of = a_round(noodles, soup, closes_at=timezone.now() + timedelta(seconds=0.25))
        people = many_users_named(20)

        def settle(of: Round = of) -> bool:
            while not settle_round(round_id=of.pk):
                continue
            return True

        outcomes = race(
            [settle]
            + [partial(vote, one, of, place) for one in people for place in (noodles, soup)]
        )

        assert set(kinds(outcomes)) <= {"Cast", "RoundClosed", "bool"}
        assert now(of).num_votes == kinds(outcomes).get("Cast", 0)


def test_a_result_waits_for_the_vote_that_came_in_time(alice, noodles):
    of = a_round(noodles, closes_at=timezone.now() + timedelta(seconds=0.5))
    cast = threading.Event()

    def vote_slowly() -> None:
        with transaction.atomic():
            vote(alice, of, noodles)
            cast.set()
            wait_for(lambda: timezone.now() > of.closes_at and somebody_waits_for_a_lock())

    def settle() -> None:
        cast.wait(10)
        while not settle_round(round_id=of.pk):
            continue

    assert kinds(race([vote_slowly, settle])) == {"NoneType": 2}
    assert now(of).winner_place.place == noodles


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def many_users_named(count: int):
    made = User.objects.count()
    return User.objects.bulk_create(User(username=f"voter-{made + n}") for n in range(count))


def test_no_vote_counts_in_a_cancelled_round(lunch, noodles):
    attempts = [partial(vote, person, lunch, noodles) for person in many_users(20)]
    attempts.insert(10, partial(cancel_round, round_id=lunch.pk))

    outcomes = race(attempts)

    assert set(kinds(outcomes)) <= {"Cast", "RoundCancelled", "NoneType"}
    assert now(lunch).num_votes == kinds(outcomes).get("Cast", 0)


def test_places_are_merged_while_people_vote_for_them():
    for turn in range(4):
        double, kept, other = (a_place(f"{name} {turn}") for name in ("원조집", "진짜집", "딴집"))
        if turn % 2:
            double, kept = kept, double
        of = a_round(double, kept, other, max_places=3)
        people = many_users_named(16)
        votes = [
            partial(vote, person, of, place) for person in people for place in (double, kept, other)
        ]

        with Reader(of) as reader:
            merge = partial(merge_places, double_id=double.pk, kept_id=kept.pk)
            outcomes = race([*votes[:24], merge, *votes[24:]])

        assert kinds(outcomes) == {"Cast": 48, "NoneType": 1}
        assert reader.wrong == []
        assert tally(of) == {str(double.pk): 0, str(kept.pk): 16, str(other.pk): 16}
        assert now(of).num_voters == 16


def test_where_only_the_double_is_up_nobody_is_turned_away():
    double, kept = a_place("원조집"), a_place("진짜집")
    of = a_round(double)
    votes = [partial(vote, person, of, double) for person in many_users(30)]

    outcomes = race([*votes, partial(merge_places, double_id=double.pk, kept_id=kept.pk)])

    assert kinds(outcomes) == {"Cast": 30, "NoneType": 1}
    assert tally(of) == {str(kept.pk): 30}


def test_merges_in_a_ring_leave_one(noodles, soup, pizza, lunch):
    ring = [(noodles, soup), (soup, pizza), (pizza, noodles)]

    outcomes = race([partial(merge_places, double_id=a.pk, kept_id=b.pk) for a, b in ring])

    assert set(kinds(outcomes)) <= {"NoneType", "NotMergeable"}
    assert Place.objects.current().count() == 1


def test_a_place_added_20_times_at_once_is_there_once():
    outcomes = race([partial(add_place, name="새집", address="을지로 3")] * 20)

    assert kinds(outcomes) == {"Gathered": 20}
    assert sum(gathered.new for gathered in outcomes) == 1
    assert Place.objects.count() == 1


def test_a_place_suggested_by_many_is_up_once(lunch):
    there = a_place("새집")

    outcomes = race(
        [
            partial(suggest, round_id=lunch.pk, user_id=one.pk, kind="place", target_id=there.pk)
            for one in many_users(10)
        ]
    )

    assert kinds(outcomes) == {"Option": 10}
    assert len({option.pk for option in outcomes}) == 1


def test_what_is_withdrawn_while_people_vote_has_no_vote(lunch, noodles, soup):
    people = many_users(15)
    votes = [partial(vote, person, lunch, place) for person in people for place in (noodles, soup)]
    withdraw = partial(withdraw_option, round_id=lunch.pk, kind="place", target=str(noodles.pk))

    outcomes = race([*votes[:15], withdraw, *votes[15:]])

    assert set(kinds(outcomes)) <= {"Cast", "NoSuchOption", "NoneType"}
    assert tally(lunch)[str(noodles.pk)] == 0
    assert tally(lunch)[str(soup.pk)] == 15


def test_who_leaves_the_team_meanwhile_has_voted_or_not(alice, noodles):
    team = a_team(alice)
    of = a_round(noodles, team=team)

    outcomes = race(
        [partial(vote, alice, of, noodles)] * 5
        + [Membership.objects.filter(team=team, user=alice).delete]
    )

    assert set(kinds(outcomes)) <= {"Cast", "NotEligible", "tuple"}


def test_look_then_vote_would_count_twice(alice, lunch, noodles):
    """The negative control: the same race without a constraint and a lock counts too much."""
    double_votes = race([partial(_look_then_vote, lunch)] * 10)

    of = now(lunch)
    assert of.num_votes < len(double_votes)
    Round.objects.filter(pk=lunch.pk).update(num_votes=0)


_all_have_looked = threading.Barrier(10)


def _look_then_vote(of: Round) -> None:
    seen = Round.objects.get(pk=of.pk).num_votes
    _all_have_looked.wait(30)
    Round.objects.filter(pk=of.pk).update(num_votes=seen + 1)
