"""What one person sees of rounds, besides what everybody is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.voting.rounds import a_round, a_team, end, retract, vote
from voting.errors import AnonymousRound, NoSuchRound
from voting.services.looking import ballot_of, history_of, round_for, voters_of
from voting.services.steering import cancel_round

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_sees_what_is_open_else_the_next_else_the_latest_of_today(alice, bob, noodles):
    at = timezone.now() + timedelta(hours=2)
    over = a_round(noodles, title="어제", day=timezone.localdate())
    end(over)
    assert round_for(alice.pk) == over

    called_off = a_round(noodles)
    cancel_round(round_id=called_off.pk)
    next_one = a_round(noodles, opens_at=at, closes_at=at + timedelta(hours=1))
    assert round_for(alice.pk) == next_one

    ours = a_round(noodles, team=a_team(alice))
    assert round_for(alice.pk) == ours
    assert round_for(bob.pk) == round_for(None) == next_one


def test_nobody_sees_what_is_not_there(alice):
    assert round_for(alice.pk) is None


def test_one_sees_ones_own_ballot(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, soup)
    vote(alice, lunch, noodles)

    chosen = [("place", str(soup.pk)), ("place", str(noodles.pk))]
    assert ballot_of(round_id=lunch.pk, user_id=alice.pk) == chosen
    assert ballot_of(round_id=lunch.pk, user_id=bob.pk) == []


def test_voters_are_named_only_in_an_open_round(alice, bob, noodles, soup):
    shown, secret = (a_round(noodles, soup, anonymous=secret) for secret in (False, True))
    for of in (shown, secret):
        vote(alice, of, noodles)
        vote(bob, of, noodles)

    assert voters_of(round_id=shown.pk) == {("place", str(noodles.pk)): ["alice", "bob"]}
    with pytest.raises(AnonymousRound):
        voters_of(round_id=secret.pk)
    with pytest.raises(NoSuchRound):
        voters_of(round_id=secret.pk + 1000)


def test_the_chart_has_every_step(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(bob, lunch, noodles)
    retract(alice, lunch, noodles)
    vote(alice, lunch, soup)

    points = list(history_of(round_id=lunch.pk))

    eaten, drunk = ("place", str(noodles.pk)), ("place", str(soup.pk))
    assert [(point.option, point.votes) for point in points] == [
        (eaten, 1),
        (eaten, 2),
        (eaten, 1),
        (drunk, 1),
    ]
    assert points == sorted(points, key=lambda point: point.at)
