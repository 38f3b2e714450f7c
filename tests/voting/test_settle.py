"""What comes of a round: winners, ties, run-offs, and draws that anyone can check."""

import hashlib
from datetime import date

import pytest

from tests.voting.rounds import a_menu, a_round, a_user, end, many_users, places, vote
from voting.draws import draw, hash_of
from voting.models import Round, Status, TieRule
from voting.services.merging import merge_places
from voting.services.settling import settle_due, settle_round
from voting.services.steering import cancel_round

pytestmark = pytest.mark.django_db(transaction=True)


def settled(of: Round) -> Round:
    end(of)
    assert settle_round(round_id=of.pk)
    return Round.objects.get(pk=of.pk)


@pytest.fixture
def tie(alice, bob, noodles, soup, pizza):
    """Make a round by `rule` in which noodles were first and soup has as many votes."""

    def make(rule: str, **fields) -> Round:
        of = a_round(noodles, soup, pizza, tie_rule=rule, **fields)
        vote(alice, of, noodles)
        vote(bob, of, soup)
        return of

    return make


def test_who_has_most_wins(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(alice, lunch, soup)
    vote(bob, lunch, soup)

    of = settled(lunch)

    assert of.winner_place.place == soup
    assert of.ate_at == soup
    assert (of.status, of.num_voters, of.num_eligible, of.turnout) == (Status.CLOSED, 2, 2, 1.0)


def test_each_kind_has_its_winner(alice, noodles):
    rice = a_menu("비빔밥")
    of = a_round(noodles, rice)
    vote(alice, of, rice)

    of = settled(of)

    assert (of.winner_menu.menu, of.winner_place, of.ate_at) == (rice, None, None)


def test_nobody_wins_without_a_vote(lunch):
    of = settled(lunch)

    assert (of.winner_place, of.ate_at, of.turnout) == (None, None, 0.0)


def test_a_round_is_settled_once_and_not_before_it_closes(lunch):
    assert not settle_round(round_id=lunch.pk)
    assert not settle_round(round_id=lunch.pk + 1000)
    end(lunch)

    assert [settle_due(), settle_due()] == [1, 0]


def test_of_a_tie_the_earliest_to_reach_the_count_wins(tie, noodles):
    assert settled(tie(TieRule.EARLIEST)).winner_place.place == noodles


def test_who_lost_a_vote_meanwhile_was_not_earliest(tie, alice, soup, noodles):
    of = tie(TieRule.EARLIEST)
    vote(alice, of, noodles, wanted=False)
    vote(alice, of, noodles)

    assert settled(of).winner_place.place == soup


def test_a_draw_can_be_worked_out_again(tie, noodles, soup):
    of = tie(TieRule.DRAW)
    shown = of.seed_hash

    of = settled(of)

    assert shown == hash_of(of.seed) == hashlib.sha256(of.seed.encode()).hexdigest()
    ids = sorted([noodles.pk, soup.pk])
    text = f"{of.seed}:{of.pk}:place:{','.join(map(str, ids))}"
    number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    assert of.winner_place.place_id == ids[number % 2]


def test_a_draw_takes_ids_by_their_size_and_days_in_order():
    days = [date(2026, 11, day).isoformat() for day in (9, 10, 30)]

    for seed in (f"{number:064x}" for number in range(50)):
        for kind, tied in [("place", ["9", "10", "101"]), ("date", days)]:
            text = f"{seed}:7:{kind}:{','.join(tied)}"
            number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
            drawn = draw(tied[::-1], seed=seed, round_id=7, kind=kind)
            assert drawn == tied[number % 3]


def test_a_draw_is_fair():
    drawn = [draw(["1", "2", "3"], seed=f"{n:064x}", round_id=1, kind="place") for n in range(3000)]

    assert all(900 < drawn.count(one) < 1100 for one in "123")


def test_a_run_off_has_only_what_was_tied(tie, noodles, soup):
    of = settled(tie(TieRule.RUN_OFF))

    assert (of.winner_place, of.ate_at) == (None, None)
    again = Round.objects.with_status().get(run_off_of=of)
    assert again.current_status == Status.OPEN
    assert {option.place for option in again.options.all()} == {noodles, soup}
    assert (again.max_places, again.max_menus, again.max_dates) == (1, 0, 0)
    assert (again.closes_at - again.opens_at).total_seconds() == 600


def test_a_run_off_decides(tie, charlie, soup):
    of = settled(tie(TieRule.RUN_OFF))
    vote(charlie, of.run_off, soup)

    again = settled(of.run_off)

    of.refresh_from_db()
    assert (of.winner_place.place, of.ate_at, again.ate_at) == (soup, soup, soup)
    assert not Round.objects.filter(run_off_of=again).exists()


@pytest.mark.parametrize("ending", ["without votes", "cancelled"])
def test_of_a_run_off_that_decides_nothing_the_earliest_wins(tie, noodles, ending):
    of = settled(tie(TieRule.RUN_OFF))

    if ending == "cancelled":
        cancel_round(round_id=of.run_off.pk)
    else:
        settled(of.run_off)

    of.refresh_from_db()
    assert of.winner_place.place == noodles


def test_a_tie_in_a_run_off_goes_to_the_earliest(tie, alice, bob, noodles, soup):
    of = settled(tie(TieRule.RUN_OFF))
    vote(bob, of.run_off, soup)
    vote(alice, of.run_off, noodles)

    settled(of.run_off)

    of.refresh_from_db()
    assert of.winner_place.place == soup


def test_a_run_off_counts_for_a_place_that_was_merged_meanwhile(tie, alice, noodles, soup, pizza):
    of = settled(tie(TieRule.RUN_OFF))
    merge_places(double_id=soup.pk, kept_id=pizza.pk)
    vote(alice, of.run_off, pizza)

    settled(of.run_off)

    of.refresh_from_db()
    assert of.winner_place.place == soup
    assert of.ate_at == pizza


def test_only_the_tied_kind_runs_off(tie, alice, bob):
    rice, bread = a_menu("비빔밥"), a_menu("빵")
    of = tie(TieRule.RUN_OFF, menus=[rice.pk, bread.pk])
    vote(alice, of, rice)

    of = settled(of)

    assert of.winner_menu.menu == rice
    assert {option.kind for option in of.run_off.options.all()} == {"place"}


def test_all_that_is_over_settles(noodles):
    of = [a_round(noodles) for _ in range(3)]
    for one in of:
        end(one)

    assert settle_due() == 3


@pytest.mark.parametrize("rule", TieRule.values)
def test_every_rule_settles_a_tie_of_many(rule):
    up = places(10)
    of = a_round(*up, tie_rule=rule)
    a_user("watcher")
    for person, place in zip(many_users(10), up, strict=True):
        vote(person, of, place)

    of = settled(of)

    assert (of.winner_place is None) == (rule == TieRule.RUN_OFF)
