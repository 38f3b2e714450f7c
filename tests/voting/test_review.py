"""Where a round has led, and how it was."""

from functools import partial

import pytest

from tests.races import kinds, race
from tests.voting.rounds import a_round, a_team, end, vote
from voting.errors import (
    NoSuchPlace,
    NoSuchRound,
    NotEligible,
    NowhereYet,
    TextTooLong,
    WrongStars,
)
from voting.models import Review, Round
from voting.services.merging import merge_places
from voting.services.reviewing import correct_place, delete_review, review_place
from voting.services.settling import settle_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def eaten(alice, lunch, noodles):
    """The round of today, which went to the noodles."""
    vote(alice, lunch, noodles)
    end(lunch)
    settle_round(round_id=lunch.pk)
    return Round.objects.get(pk=lunch.pk)


def test_people_say_how_it_was(alice, eaten, noodles):
    review_place(round_id=eaten.pk, user_id=alice.pk, stars=4, text=" 시원해요 ")
    review_place(round_id=eaten.pk, user_id=alice.pk, stars=5, text="시원해요")

    review = Review.objects.get()
    assert (review.stars, review.text, review.place) == (5, "시원해요", noodles)


def test_reviews_of_one_person_at_once_are_one(alice, eaten):
    outcomes = race(
        [partial(review_place, round_id=eaten.pk, user_id=alice.pk, stars=n) for n in (1, 5)] * 5
    )

    assert kinds(outcomes) == {"Review": 10}
    assert Review.objects.count() == 1


def test_a_review_can_be_taken_back(alice, eaten):
    review_place(round_id=eaten.pk, user_id=alice.pk, stars=1)

    delete_review(round_id=eaten.pk, user_id=alice.pk)
    delete_review(round_id=eaten.pk, user_id=alice.pk)

    assert not Review.objects.exists()


@pytest.mark.parametrize("stars", [0, 6, -1, 10**9])
def test_stars_are_one_to_five(alice, eaten, stars):
    with pytest.raises(WrongStars):
        review_place(round_id=eaten.pk, user_id=alice.pk, stars=stars)


def test_what_cannot_be_reviewed_is_refused(alice, bob, eaten, noodles):
    going = a_round(noodles, team=a_team(alice))

    with pytest.raises(NowhereYet):
        review_place(round_id=going.pk, user_id=alice.pk, stars=3)
    with pytest.raises(NotEligible):
        review_place(round_id=going.pk, user_id=bob.pk, stars=3)
    with pytest.raises(NoSuchRound):
        review_place(round_id=going.pk + 1000, user_id=alice.pk, stars=3)
    with pytest.raises(TextTooLong):
        review_place(round_id=eaten.pk, user_id=alice.pk, stars=3, text="x" * 501)


def test_where_we_ate_can_be_corrected_and_reviews_go_along(alice, eaten, soup, noodles):
    review_place(round_id=eaten.pk, user_id=alice.pk, stars=2)

    correct_place(round_id=eaten.pk, place_id=soup.pk)

    eaten.refresh_from_db()
    assert (eaten.ate_at, eaten.winner_place.place) == (soup, noodles)
    assert Review.objects.get().place == soup
    correct_place(round_id=eaten.pk, place_id=None)
    assert not Review.objects.exists()


def test_a_double_is_corrected_to_what_it_was_merged_into(eaten, soup, pizza):
    merge_places(double_id=soup.pk, kept_id=pizza.pk)

    correct_place(round_id=eaten.pk, place_id=soup.pk)

    eaten.refresh_from_db()
    assert eaten.ate_at == pizza


def test_what_has_no_result_yet_has_nothing_to_correct(noodles, eaten):
    going = a_round(noodles)

    with pytest.raises(NowhereYet):
        correct_place(round_id=going.pk, place_id=noodles.pk)
    with pytest.raises(NoSuchRound):
        correct_place(round_id=going.pk + 1000, place_id=noodles.pk)
    with pytest.raises(NoSuchPlace):
        correct_place(round_id=eaten.pk, place_id=noodles.pk + 1000)
