"""What the workers' beats do for rounds."""

import pytest
from django.core.cache import cache

from tests.voting.rounds import a_round, a_user, end, vote
from voting.jobs import sweep, tick
from voting.models import Round, Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_tick_opens_closes_and_settles(alice, lunch, noodles):
    tick()
    opened = Round.objects.get(pk=lunch.pk)
    vote(alice, lunch, noodles)
    end(lunch)

    tick()
    tick()

    over = Round.objects.get(pk=lunch.pk)
    assert (opened.status, over.status) == (Status.OPEN, Status.CLOSED)
    assert over.winner_place.place == noodles
    assert cache.get("beat.votes") is not None


def test_a_tick_with_nothing_to_do_asks_two_questions(lunch, django_assert_num_queries):
    tick()

    with django_assert_num_queries(2):
        tick()


def test_a_sweep_follows_who_may_vote(noodles):
    of = a_round(noodles)
    a_user("dora")

    sweep()

    assert Round.objects.get(pk=of.pk).num_eligible == 1
