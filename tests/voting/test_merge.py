"""Gathering places, each once, and merging those that are one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.voting.rounds import a_menu, a_place, a_round, end, retract, tally, vote, votes_in
from voting.errors import AlreadyThere, NoSuchMenu, NoSuchPlace, NotMergeable, WrongFields
from voting.models import Menu, Option, Place, Round
from voting.services.gathering import (
    add_menu,
    add_place,
    archive_place,
    edit_place,
    restore_place,
)
from voting.services.merging import merge_places
from voting.services.settling import settle_round

pytestmark = pytest.mark.django_db(transaction=True)


def now(of: Round) -> Round:
    return Round.objects.get(pk=of.pk)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("을지면옥", "서울 종로구 1"),
        (" 을지 면옥 ", "서울종로구 1"),
        ("을지면옥", ""),
        ("을지면옥!", "서울 종로구, 1"),
    ],
)
def test_a_place_is_there_once(alice, name, address):
    known, _new = add_place(name="을지면옥", address="서울 종로구 1", user_id=alice.pk)

    there, new = add_place(name=name, address=address)

    assert (there, new) == (known, False)
    assert Place.objects.get().added_by == alice


def test_branches_are_two_places():
    first, _ = add_place(name="김밥천국", address="을지로 1")
    second, new = add_place(name="김밥천국", address="을지로 2")

    assert new and first != second
    third, new = add_place(name="김밥천국")  # which one, nobody can say
    assert new and third not in {first, second}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"name": " \x00 "}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"name": "x", "link": "javascript:alert(1)"}, {"link"}),
        ({"name": "x", "link": "ftp://x.example/"}, {"link"}),
        ({"name": "x", "price_level": 5, "distance": -1}, {"price_level", "distance"}),
        ({"name": "x", "price_level": "cheap"}, {"price_level"}),
    ],
)
def test_what_is_no_place_is_refused(fields, wrong):
    with pytest.raises(WrongFields) as refusal:
        add_place(**fields)

    assert set(refusal.value.facts["errors"]) == wrong
    assert not Place.objects.exists()


def test_scripts_in_names_are_only_letters():
    place, _ = add_place(name="<script>alert(1)</script>\u202e", memo="a\x07b\nc")

    assert (place.name, place.memo) == ("<script>alert(1)</script>", "ab c")


def test_a_menu_is_there_once():
    first, new = add_menu(name="비빔밥", name_en="Bibimbap")

    assert new
    assert add_menu(name=" 비빔 밥") == (first, False)
    with pytest.raises(WrongFields):
        add_menu(name="")


def test_a_place_is_edited(noodles, soup):
    rice = a_menu("비빔밥")

    changed = edit_place(place_id=noodles.pk, name="을지면옥 본점", distance=300, menus=[rice.pk])

    assert (changed.name, changed.distance, list(changed.menus.all())) == (
        "을지면옥 본점",
        300,
        [rice],
    )
    assert edit_place(place_id=noodles.pk, name="을지면옥 본점").version == changed.version + 1
    with pytest.raises(AlreadyThere) as refusal:
        edit_place(place_id=noodles.pk, name=soup.name)
    assert refusal.value.facts == {"id": str(soup.pk)}
    with pytest.raises(NoSuchPlace):
        edit_place(place_id=noodles.pk + 1000, name="x")
    with pytest.raises(NoSuchMenu):
        edit_place(place_id=noodles.pk, menus=[rice.pk + 1000])


def test_an_archived_place_can_come_back_unless_there_is_another(noodles):
    archive_place(place_id=noodles.pk)
    archive_place(place_id=noodles.pk)
    other, new = add_place(name=noodles.name)
    assert new

    with pytest.raises(AlreadyThere):
        restore_place(place_id=noodles.pk)
    archive_place(place_id=other.pk)
    restore_place(place_id=noodles.pk)

    assert list(Place.objects.current()) == [noodles]
    with pytest.raises(NoSuchPlace):
        archive_place(place_id=noodles.pk + 1000)


def test_a_merge_counts_a_person_once(alice, bob, charlie, lunch, noodles, soup, pizza):
    vote(alice, lunch, noodles)
    vote(alice, lunch, soup)
    vote(bob, lunch, noodles)
    vote(charlie, lunch, pizza)

    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    assert tally(lunch) == {str(noodles.pk): 0, str(soup.pk): 2, str(pizza.pk): 1}
    of = now(lunch)
    assert (of.num_votes, of.num_voters, of.leads["place"]["id"]) == (3, 3, str(soup.pk))


def test_votes_for_a_double_count_for_what_it_was_merged_into(alice, lunch, noodles, soup):
    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    cast = vote(alice, lunch, noodles)

    assert cast.mine == [("place", str(soup.pk))]
    assert not vote(alice, lunch, soup).changed
    assert retract(alice, lunch, noodles).changed
    assert votes_in(lunch) == 0


def test_where_only_the_double_is_up_it_becomes_the_other(alice, bob, noodles, soup):
    of = a_round(noodles)
    vote(alice, of, noodles)

    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    assert tally(of) == {str(soup.pk): 1}
    assert now(of).leads["place"]["id"] == str(soup.pk)
    assert vote(bob, of, soup).round["votes"] == 2


def test_a_merge_may_let_another_lead(alice, bob, charlie, lunch, noodles, soup, pizza):
    for person in (alice, bob):
        vote(person, lunch, pizza)
    vote(alice, lunch, noodles)
    vote(bob, lunch, soup)
    vote(charlie, lunch, soup)

    merge_places(double_id=soup.pk, kept_id=noodles.pk)

    assert now(lunch).leads["place"]["id"] == str(noodles.pk)


def test_results_stay_as_they_were_told(alice, noodles, soup):
    of = a_round(noodles, soup)
    vote(alice, of, noodles)
    end(of)
    settle_round(round_id=of.pk)

    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    assert tally(of) == {str(noodles.pk): 1, str(soup.pk): 0}
    assert now(of).winner_place.place == noodles
    assert now(of).ate_at == soup


def test_a_merge_fills_what_is_not_known(noodles):
    rice, bread = a_menu("비빔밥"), a_menu("빵")
    noodles.phone, noodles.distance = "02-1", 100
    noodles.save()
    noodles.menus.add(rice)
    kept = a_place("을지면옥 본점", phone="02-2", address="종로")
    kept.menus.add(bread)

    merge_places(double_id=noodles.pk, kept_id=kept.pk)

    kept.refresh_from_db()
    assert (kept.phone, kept.distance, kept.address) == ("02-2", 100, "종로")
    assert set(kept.menus.all()) == {rice, bread} == set(Menu.objects.all())


def test_doubles_of_doubles_know_where_they_belong(alice, lunch, noodles, soup, pizza):
    merge_places(double_id=noodles.pk, kept_id=soup.pk)
    merge_places(double_id=soup.pk, kept_id=pizza.pk)

    assert vote(alice, lunch, noodles).mine == [("place", str(pizza.pk))]


def test_what_cannot_be_merged_is_refused(noodles, soup, pizza):
    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    for double, kept in [(soup, soup), (noodles, pizza), (pizza, noodles)]:
        with pytest.raises(NotMergeable):
            merge_places(double_id=double.pk, kept_id=kept.pk)
    with pytest.raises(NoSuchPlace):
        merge_places(double_id=soup.pk, kept_id=pizza.pk + 1000)


def test_a_round_to_come_is_merged_too(noodles, soup):
    opens_at = timezone.now() + timedelta(days=1)
    of = a_round(noodles, soup, opens_at=opens_at, closes_at=opens_at + timedelta(hours=1))

    merge_places(double_id=noodles.pk, kept_id=soup.pk)

    assert Option.objects.get(round=of, withdrawn_at=None).place == soup
