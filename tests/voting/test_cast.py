"""Casting and retracting: the desired state of one choice, by the database's clock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.errors import InvalidToken
from tests.voting.rounds import (
    a_menu,
    a_place,
    a_round,
    a_team,
    a_user,
    ballots_in,
    end,
    retract,
    tally,
    vote,
    votes_in,
)
from tests.wire import round_trips
from voting.errors import (
    NoSuchOption,
    NoSuchRound,
    NotEligible,
    RoundCancelled,
    RoundClosed,
    RoundNotOpen,
    TooManyChoices,
)
from voting.models import Movement, Place, Round, Team
from voting.services.casting import cast_vote

pytestmark = pytest.mark.django_db


def leader(of: Round, kind: str = "place") -> str | None:
    of.refresh_from_db()
    return of.leads.get(kind, {}).get("id")


def test_a_vote_counts(alice, lunch, noodles):
    cast = vote(alice, lunch, noodles)

    assert cast.changed
    assert cast.mine == [("place", str(noodles.pk))]
    assert (cast.option["votes"], cast.option["leading"]) == (1, True)
    assert (cast.round["votes"], cast.round["voters"]) == (1, 1)
    assert cast.round["leaders"]["place"] == str(noodles.pk)
    lunch.refresh_from_db()
    assert (lunch.num_votes, lunch.num_voters) == (1, 1)


def test_a_vote_cast_again_changes_nothing(alice, lunch, noodles):
    first = vote(alice, lunch, noodles)

    again = vote(alice, lunch, noodles)

    assert not again.changed
    assert (again.round, again.option, again.mine) == (first.round, first.option, first.mine)
    assert tally(lunch)[str(noodles.pk)] == 1
    assert Movement.objects.filter(round=lunch).count() == 1


def test_a_vote_can_be_taken_back(alice, lunch, noodles):
    vote(alice, lunch, noodles)

    cast = retract(alice, lunch, noodles)

    assert cast.changed
    assert cast.mine == []
    assert (cast.round["votes"], cast.round["voters"], cast.option["votes"]) == (0, 0, 0)
    assert cast.round["leaders"]["place"] is None
    history = list(Movement.objects.filter(round=lunch).values_list("num_votes", flat=True))
    assert history == [1, 0]


def test_a_vote_retracted_again_changes_nothing(alice, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    retract(alice, lunch, noodles)

    assert not retract(alice, lunch, noodles).changed
    assert not retract(alice, lunch, soup).changed
    assert tally(lunch) == dict.fromkeys(tally(lunch), 0)


def test_retracting_without_a_ballot_makes_none(alice, lunch, noodles):
    assert not retract(alice, lunch, noodles).changed

    assert ballots_in(lunch) == 0


def test_each_kind_has_its_own_limit(alice, noodles, soup, pizza):
    rice, bread = a_menu("비빔밥"), a_menu("샌드위치")
    lunch = a_round(noodles, soup, pizza, rice, bread, max_places=2, max_menus=1)
    vote(alice, lunch, noodles)
    vote(alice, lunch, soup)
    vote(alice, lunch, rice)

    with pytest.raises(TooManyChoices) as refusal:
        vote(alice, lunch, pizza)
    with pytest.raises(TooManyChoices):
        vote(alice, lunch, bread)

    assert refusal.value.facts == {"max": 2}
    assert votes_in(lunch) == 3
    assert vote(alice, lunch, noodles).mine == [
        ("place", str(noodles.pk)),
        ("place", str(soup.pk)),
        ("menu", str(rice.pk)),
    ]


def test_who_takes_one_back_may_choose_another(alice, lunch, noodles, soup, pizza):
    vote(alice, lunch, noodles)
    vote(alice, lunch, soup)
    retract(alice, lunch, noodles)

    vote(alice, lunch, pizza)

    assert list(tally(lunch).values()) == [0, 1, 1]


def test_days_are_voted_by_their_date(alice, lunch):
    days = [timezone.localdate() + timedelta(days=n) for n in (1, 2)]
    month = a_round(dates=days, max_dates=1)
    wish = {"round_id": month.pk, "user_id": alice.pk, "kind": "date"}

    cast = cast_vote(**wish, target=days[0].isoformat())

    assert cast.mine == [("date", days[0].isoformat())]
    assert cast.option["name"] == days[0].isoformat()
    with pytest.raises(NoSuchOption):
        cast_vote(**wish, target=(days[0] + timedelta(days=9)).isoformat())


@pytest.mark.parametrize("target", ["", "0", "-1", "abc", "1e3", "٣", "9" * 18, "9" * 40, "1 "])
@pytest.mark.parametrize("kind", ["place", "menu", "date", "seat"])
def test_what_is_no_option_is_refused(alice, lunch, kind, target):
    with pytest.raises(NoSuchOption):
        cast_vote(round_id=lunch.pk, user_id=alice.pk, kind=kind, target=target)

    assert ballots_in(lunch) == 0


def test_a_place_of_another_round_is_refused(alice, lunch):
    elsewhere = a_place("딴 데")
    a_round(elsewhere)

    with pytest.raises(NoSuchOption):
        vote(alice, lunch, elsewhere)

    assert (ballots_in(lunch), votes_in(lunch)) == (0, 0)


def test_an_archived_place_takes_no_more_votes_but_gives_them_back(alice, bob, lunch, noodles):
    vote(alice, lunch, noodles)
    Place.objects.filter(pk=noodles.pk).update(archived_at=timezone.now())

    with pytest.raises(NoSuchOption):
        vote(bob, lunch, noodles)
    assert retract(alice, lunch, noodles).changed

    assert votes_in(lunch) == 0


def test_an_unknown_round_is_refused(alice, lunch, noodles):
    lunch.pk += 1000

    with pytest.raises(NoSuchRound):
        vote(alice, lunch, noodles)


def test_nobody_votes_before_it_opens(alice, lunch, noodles):
    Round.objects.filter(pk=lunch.pk).update(opens_at=timezone.now() + timedelta(minutes=1))

    with pytest.raises(RoundNotOpen):
        vote(alice, lunch, noodles)

    assert votes_in(lunch) == 0


@pytest.mark.parametrize("wanted", [True, False])
def test_nothing_changes_after_the_close(alice, lunch, noodles, soup, wanted):
    vote(alice, lunch, noodles)
    before = tally(lunch)
    end(lunch)
    Round.objects.filter(pk=lunch.pk).update(closes_at=timezone.now() + timedelta(hours=1))
    Round.objects.filter(pk=lunch.pk).update(closed_at=timezone.now())

    with pytest.raises(RoundClosed):
        vote(alice, lunch, soup if wanted else noodles, wanted=wanted)

    assert tally(lunch) == before


def test_nobody_votes_when_time_is_up(alice, lunch, noodles):
    end(lunch)

    with pytest.raises(RoundClosed):
        vote(alice, lunch, noodles)


def test_nobody_votes_in_a_cancelled_round(alice, lunch, noodles):
    Round.objects.filter(pk=lunch.pk).update(cancelled_at=timezone.now())

    with pytest.raises(RoundCancelled):
        vote(alice, lunch, noodles)


def test_only_the_team_votes_in_its_rounds(alice, bob, noodles):
    lunch = a_round(noodles, team=a_team(alice))

    assert vote(alice, lunch, noodles).changed
    with pytest.raises(NotEligible):
        vote(bob, lunch, noodles)

    assert (lunch.num_eligible, ballots_in(lunch)) == (1, 1)


def test_who_has_left_the_team_is_refused(alice, noodles):
    team = a_team(alice)
    lunch = a_round(noodles, team=team)
    Team.objects.get(pk=team.pk).memberships.all().delete()

    with pytest.raises(NotEligible):
        vote(alice, lunch, noodles)


def test_whose_account_is_switched_off_is_refused(lunch, noodles):
    gone = a_user("gone", is_active=False)

    with pytest.raises(InvalidToken):
        vote(gone, lunch, noodles)
    gone.pk += 1000
    with pytest.raises(InvalidToken):
        vote(gone, lunch, noodles)


def test_the_lead_changes_only_when_another_has_more(alice, bob, charlie, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(bob, lunch, soup)
    assert leader(lunch) == str(noodles.pk)

    vote(charlie, lunch, soup)
    assert leader(lunch) == str(soup.pk)

    vote(bob, lunch, noodles)
    assert leader(lunch) == str(soup.pk)

    retract(charlie, lunch, soup)
    assert leader(lunch) == str(noodles.pk)


def test_of_equals_the_one_that_was_there_first_takes_the_lead(
    alice, bob, charlie, lunch, noodles, soup, pizza
):
    for person in (alice, bob):
        vote(person, lunch, noodles)
    vote(alice, lunch, pizza)
    vote(charlie, lunch, soup)
    retract(alice, lunch, noodles)
    assert leader(lunch) == str(noodles.pk)  # all have one: it stays

    retract(bob, lunch, noodles)

    assert leader(lunch) == str(pizza.pk)


@pytest.mark.django_db(transaction=True)
def test_a_vote_is_one_round_trip(alice, lunch, noodles):
    connection.close()
    connection.ensure_connection()  # as a worker does that has just started

    with round_trips() as first:
        vote(alice, lunch, noodles)
    with round_trips() as again:
        vote(alice, lunch, noodles)
        retract(alice, lunch, noodles)

    assert (len(first), len(again)) == (1, 2)
