"""What happens at the ends of a round: opening, extending, closing early, cancelling."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.voting.rounds import a_menu, a_place, a_round, a_schedule, a_team, end, tally, vote
from voting.errors import (
    AlreadyOpen,
    AlreadySettled,
    NoSuchMenu,
    NoSuchPlace,
    NoSuchRound,
    NothingUp,
    RoundCancelled,
    RoundClosed,
    RoundNotOpen,
    TooManyOptions,
    WrongFields,
    WrongTimes,
)
from voting.models import Option, Place, Round, Status
from voting.services.announcing import announce_status
from voting.services.settling import settle_due, settle_round
from voting.services.steering import cancel_round, close_early, extend_round, set_rules
from voting.services.suggesting import MOST_SUGGESTIONS, add_option, suggest, withdraw_option

pytestmark = pytest.mark.django_db(transaction=True)


def status(of: Round) -> str:
    return Round.objects.with_status().get(pk=of.pk).current_status


@pytest.fixture
def tomorrow(noodles, soup):
    opens_at = timezone.now() + timedelta(days=1)
    return a_round(noodles, soup, opens_at=opens_at, closes_at=opens_at + timedelta(hours=1))


def test_a_round_follows_the_clock(lunch, tomorrow):
    assert (status(lunch), status(tomorrow)) == (Status.OPEN, Status.UPCOMING)

    end(lunch)

    assert status(lunch) == Status.CLOSED


def test_each_turn_is_told_once(lunch, tomorrow):
    assert announce_status() == 1
    assert announce_status() == 0
    end(lunch)
    before = Round.objects.get(pk=lunch.pk).version

    assert [announce_status(), announce_status()] == [1, 0]

    now = Round.objects.get(pk=lunch.pk)
    assert (now.status, now.version) == (Status.CLOSED, before + 1)


def test_a_round_puts_up_each_thing_once(noodles, soup):
    rice = a_menu("비빔밥")
    day = timezone.localdate()

    made = a_round(noodles, soup, noodles, rice, dates=[day, day], max_dates=1)

    assert sorted(tally(made)) == sorted([str(noodles.pk), str(soup.pk), str(rice.pk), str(day)])


def test_a_round_needs_something_to_vote_for(noodles):
    with pytest.raises(NothingUp):
        a_round()
    with pytest.raises(NothingUp):
        a_round(noodles, max_places=0, max_menus=0)
    with pytest.raises(WrongTimes):
        a_round(noodles, closes_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(WrongFields):
        a_round(noodles, title="x" * 101)
    with pytest.raises(NoSuchPlace):
        a_round(noodles, places=[noodles.pk, noodles.pk + 1000])
    with pytest.raises(NoSuchMenu):
        a_round(noodles, menus=[1000])
    with pytest.raises(TooManyOptions):
        a_round(dates=[timezone.localdate() + timedelta(days=n) for n in range(201)], max_dates=1)

    assert Round.objects.count() == 0


def test_an_archived_place_is_not_put_up(noodles):
    Place.objects.filter(pk=noodles.pk).update(archived_at=timezone.now())

    with pytest.raises(NoSuchPlace):
        a_round(noodles)


def test_a_schedule_has_one_round_a_day(noodles, soup):
    rule = a_schedule()

    first = a_round(noodles, schedule_id=rule.pk)
    second = a_round(soup, schedule_id=rule.pk)

    assert first.pk == second.pk
    assert list(tally(first)) == [str(noodles.pk)]


def test_the_eligible_are_counted(alice, bob, charlie, noodles):
    charlie.is_active = False
    charlie.save()

    assert a_round(noodles).num_eligible == 2
    assert a_round(noodles, team=a_team(alice, charlie)).num_eligible == 1


def test_more_time_means_more_votes(alice, lunch, noodles):
    extend_round(round_id=lunch.pk, closes_at=timezone.now() + timedelta(days=2))

    assert vote(alice, lunch, noodles).round["closes_at"] > lunch.closes_at.isoformat()


def test_what_is_over_cannot_be_extended(lunch):
    with pytest.raises(WrongTimes):
        extend_round(round_id=lunch.pk, closes_at=timezone.now() - timedelta(seconds=1))
    end(lunch)
    later = timezone.now() + timedelta(hours=1)

    with pytest.raises(RoundClosed):
        extend_round(round_id=lunch.pk, closes_at=later)
    settle_due()
    with pytest.raises(AlreadySettled):
        extend_round(round_id=lunch.pk, closes_at=later)
    with pytest.raises(NoSuchRound):
        extend_round(round_id=lunch.pk + 1000, closes_at=later)


def test_closing_early_settles(alice, lunch, noodles):
    vote(alice, lunch, noodles)

    close_early(round_id=lunch.pk)

    now = Round.objects.get(pk=lunch.pk)
    assert now.winner_place.place == noodles
    assert (now.status, status(now)) == (Status.CLOSED, Status.CLOSED)
    with pytest.raises(RoundClosed):
        vote(alice, lunch, noodles)
    with pytest.raises(AlreadySettled):
        close_early(round_id=lunch.pk)


def test_what_has_not_opened_cannot_be_closed(tomorrow):
    with pytest.raises(RoundNotOpen):
        close_early(round_id=tomorrow.pk)


def test_a_cancelled_round_has_no_winner(alice, lunch, noodles):
    vote(alice, lunch, noodles)

    cancel_round(round_id=lunch.pk)
    end(lunch)

    assert not settle_round(round_id=lunch.pk)
    assert Round.objects.get(pk=lunch.pk).winner_place is None
    for change in (close_early, cancel_round):
        with pytest.raises(RoundCancelled):
            change(round_id=lunch.pk)


def test_a_result_cannot_be_cancelled(lunch):
    end(lunch)
    settle_due()

    with pytest.raises(AlreadySettled):
        cancel_round(round_id=lunch.pk)


def test_rules_stand_from_the_opening(lunch, tomorrow):
    set_rules(round_id=tomorrow.pk, max_places=1, anonymous=True)

    now = Round.objects.get(pk=tomorrow.pk)
    assert (now.max_places, now.anonymous) == (1, True)
    with pytest.raises(AlreadyOpen):
        set_rules(round_id=lunch.pk, max_places=1)
    with pytest.raises(WrongTimes):
        set_rules(round_id=tomorrow.pk, closes_at=timezone.now())
    with pytest.raises(NothingUp):
        set_rules(round_id=tomorrow.pk, max_places=0, max_menus=0)
    with pytest.raises(WrongFields):
        set_rules(round_id=tomorrow.pk, max_places=51, tie_rule="none")
    with pytest.raises(TypeError):
        set_rules(round_id=tomorrow.pk, num_votes=7)


def test_a_form_changes_neither_rules_nor_counts(alice, lunch, noodles):
    shown = Round.objects.get(pk=lunch.pk)
    vote(alice, lunch, noodles)

    shown.title, shown.max_places = "저녁", 1
    shown.save()

    now = Round.objects.get(pk=lunch.pk)
    assert (now.title, now.max_places, now.num_votes) == ("저녁", 2, 1)


def test_voters_suggest_a_few(alice, lunch):
    there = a_place("새집")

    option = suggest(round_id=lunch.pk, user_id=alice.pk, kind="place", target_id=there.pk)
    again = suggest(round_id=lunch.pk, user_id=alice.pk, kind="place", target_id=there.pk)

    assert option == again
    assert (option.suggested_by, option.position) == (alice, 3)
    assert vote(alice, lunch, there).changed
    with pytest.raises(TooManyOptions):
        for _ in range(MOST_SUGGESTIONS):
            suggest(round_id=lunch.pk, user_id=alice.pk, kind="place", target_id=a_place().pk)
    with pytest.raises(NoSuchPlace):
        add_option(round_id=lunch.pk, kind="place", target_id=there.pk + 1000)


def test_what_is_withdrawn_gives_all_votes_back(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(bob, lunch, noodles)
    vote(bob, lunch, soup)

    withdraw_option(round_id=lunch.pk, kind="place", target=str(noodles.pk))

    now = Round.objects.get(pk=lunch.pk)
    assert (now.num_votes, now.num_voters, now.leads["place"]["id"]) == (1, 1, str(soup.pk))
    add_option(round_id=lunch.pk, kind="place", target_id=noodles.pk)
    assert vote(alice, lunch, noodles).changed
    assert Option.objects.filter(round=lunch).count() == 3
