"""Who could vote and did, and what people like over the months."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.voting.rounds import a_round, a_team, a_user, end, vote
from voting.models import Membership, Round, TieRule
from voting.services.counting import (
    Streak,
    count_eligible,
    favourites,
    streak,
    streak_of,
    turnouts,
)
from voting.services.merging import merge_places
from voting.services.reviewing import review_place
from voting.services.settling import settle_round

pytestmark = pytest.mark.django_db(transaction=True)

ALWAYS = timezone.localdate() - timedelta(days=400)


def settled(of: Round) -> Round:
    end(of)
    settle_round(round_id=of.pk)
    return of


def test_who_may_vote_is_counted_anew(alice, bob, noodles):
    team = a_team(alice)
    ours, everybodys = a_round(noodles, team=team), a_round(noodles)
    Membership.objects.create(team=team, user=bob)
    a_user("dora")

    assert sorted(count_eligible()) == [ours.pk, everybodys.pk]
    assert count_eligible() == []

    numbers = [Round.objects.get(pk=of.pk).num_eligible for of in (ours, everybodys)]
    assert numbers == [2, 3]


def test_what_is_settled_keeps_its_turnout(alice, bob, noodles):
    of = a_round(noodles)
    vote(alice, of, noodles)
    settled(of)
    a_user("dora")
    count_eligible()

    [turnout] = turnouts(since=ALWAYS)
    assert (turnout.voters, turnout.eligible, turnout.share) == (1, 2, 0.5)
    assert turnouts(since=timezone.localdate() + timedelta(days=1)) == []


def test_favourites_are_those_that_win_and_then_those_with_votes(alice, bob, noodles, soup, pizza):
    for winner, other in [(noodles, soup), (noodles, pizza), (soup, pizza)]:
        of = a_round(noodles, soup, pizza)
        vote(alice, of, winner)
        vote(bob, of, winner)
        vote(bob, of, other)
        settled(of)
        review_place(round_id=of.pk, user_id=bob.pk, stars=5 if winner == noodles else 2)

    found = favourites(since=ALWAYS)

    assert [(one.name, one.wins, one.votes, one.rounds, one.stars) for one in found] == [
        (noodles.name, 2, 4, 3, 5.0),
        (soup.name, 1, 3, 3, 2.0),
        (pizza.name, 0, 2, 3, None),
    ]
    assert found[0].eaten_on == timezone.localdate()


def test_a_double_counts_for_what_it_was_merged_into(alice, noodles, soup):
    of = a_round(noodles)
    vote(alice, of, noodles)
    settled(of)
    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    [one] = favourites(since=ALWAYS)

    assert (one.place_id, one.wins, one.votes) == (soup.pk, 1, 1)


def test_a_run_off_is_no_round_of_its_own(alice, bob, noodles, soup):
    of = a_round(noodles, soup, tie_rule=TieRule.RUN_OFF)
    vote(alice, of, noodles)
    vote(bob, of, soup)
    settled(of)
    vote(alice, of.run_off, noodles)
    settled(of.run_off)

    assert [one.wins for one in favourites(since=ALWAYS)] == [1, 0]
    assert len(turnouts(since=ALWAYS)) == 1
    assert streak_of(bob.pk) == Streak(1, 1)


def test_a_streak_is_of_rounds_that_one_could_vote_in(alice, bob, noodles):
    team = a_team(bob)
    for voters, who in [([alice, bob], None), ([alice], None), ([bob], team), ([alice, bob], None)]:
        of = a_round(noodles, team=who)
        for one in voters:
            vote(one, of, noodles)
        settled(of)

    assert streak_of(alice.pk) == Streak(3, 3)
    assert streak_of(bob.pk) == Streak(2, 2)


@pytest.mark.parametrize(
    ("voted", "said"),
    [("", (0, 0)), ("1", (1, 1)), ("0", (0, 0)), ("011", (0, 2)), ("1101110", (2, 3))],
)
def test_streaks(voted, said):
    assert streak(letter == "1" for letter in voted) == Streak(*said)
