"""Rounds by REST: what anybody sees, and one's own votes as desired states."""

from datetime import timedelta
from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.api_client import Api
from tests.voting.rounds import a_menu, a_round, a_team, end, places, tally, vote, votes_in
from voting.models import Option, Round
from voting.services.settling import settle_round
from voting.services.steering import cancel_round
from voting.services.suggesting import withdraw_option

pytestmark = pytest.mark.django_db(transaction=True)


def address(of: Round, thing: Any) -> str:
    return f"votes/rounds/{of.pk}/{type(thing).__name__.lower()}s/{thing.pk}"


def refused(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_round_says_all_that_is_up_for_vote(alice, bob, noodles, soup):
    cold = a_menu("냉면", name_en="Cold noodles")
    noodles.menus.add(cold)
    day = timezone.localdate() + timedelta(days=3)
    of = a_round(noodles, soup, cold, dates=[day], max_dates=1, max_places=2)
    vote(alice, of, noodles)
    vote(bob, of, noodles)

    told = Api(alice).get(f"votes/rounds/{of.pk}").json()

    assert [one["id"] for one in told["places"]] == [str(noodles.pk), str(soup.pk)]
    first, second = told["places"]
    assert (first["votes"], first["mine"], first["leading"]) == (2, True, True)
    assert (second["votes"], second["mine"], second["leading"]) == (0, False, False)
    assert first["menus"] == [{"id": str(cold.pk), "name": "냉면", "name_en": "Cold noodles"}]
    assert [one["name_en"] for one in told["menus"]] == ["Cold noodles"]
    assert [one["id"] for one in told["dates"]] == [day.isoformat()]
    assert told["max_choices"] == {"places": 2, "menus": 3, "dates": 1}
    assert (told["status"], told["votes"], told["voters"]) == ("open", 2, 2)
    assert (told["eligible"], told["turnout"], told["eligible_me"]) == (2, 1, True)
    assert told["leaders"] == {"place": str(noodles.pk), "menu": None, "date": None}
    assert (told["team"], told["winner"], told["seed"]) == (None, None, None)


def test_nobody_in_particular_sees_a_round_and_no_choices(alice, lunch, noodles):
    vote(alice, lunch, noodles)

    told = Api().get(f"votes/rounds/{lunch.pk}").json()

    assert told["eligible_me"] is False
    assert [(one["votes"], one["mine"]) for one in told["places"]] == [
        (1, False),
        (0, False),
        (0, False),
    ]


def test_who_is_not_of_the_team_is_told_so(alice, bob, noodles):
    of = a_round(noodles, team=a_team(alice))

    told = [Api(one).get(f"votes/rounds/{of.pk}").json() for one in (alice, bob)]

    assert [one["eligible_me"] for one in told] == [True, False]
    assert told[0]["team"] == {"id": str(of.team_id), "name": "개발팀"}


def test_what_was_withdrawn_is_not_shown(alice, lunch, noodles, soup, pizza):
    vote(alice, lunch, soup)
    withdraw_option(round_id=lunch.pk, kind="place", target=str(soup.pk))

    told = Api(alice).get(f"votes/rounds/{lunch.pk}").json()

    assert [one["id"] for one in told["places"]] == [str(noodles.pk), str(pizza.pk)]


def test_a_hundred_places_cost_six_queries_at_most(alice, django_assert_max_num_queries):
    of = a_round(*places(100), team=a_team(alice))
    api = Api(alice)

    with django_assert_max_num_queries(6):
        told = api.get(f"votes/rounds/{of.pk}").json()

    assert len(told["places"]) == 100


def test_a_vote_says_the_round_and_the_whole_ballot(alice, lunch, noodles, soup):
    api = Api(alice)
    api.put(address(lunch, soup))

    told = api.put(address(lunch, noodles)).json()

    assert told["changed"] is True
    assert (told["round"]["votes"], told["round"]["voters"]) == (2, 1)
    assert told["mine"] == {
        "places": [str(soup.pk), str(noodles.pk)],
        "menus": [],
        "dates": [],
    }
    option = told["option"]
    assert (option["kind"], option["id"], option["votes"]) == ("place", str(noodles.pk), 1)
    assert option["leading"] is False  # soup was first


def test_a_menu_and_a_day_are_chosen_alike(alice, noodles):
    menu, day = a_menu(), timezone.localdate() + timedelta(days=1)
    of = a_round(noodles, menu, dates=[day], max_dates=1)
    api = Api(alice)

    api.put(address(of, menu))
    told = api.put(f"votes/rounds/{of.pk}/dates/{day.isoformat()}").json()

    assert told["mine"] == {"places": [], "menus": [str(menu.pk)], "dates": [day.isoformat()]}


def test_said_again_it_changes_nothing(alice, lunch, noodles):
    api = Api(alice)

    casts = [api.put(address(lunch, noodles)) for _ in range(2)]
    assert [one.json()["changed"] for one in casts] == [True, False]
    assert tally(lunch)[str(noodles.pk)] == 1

    retractions = [api.delete(address(lunch, noodles)) for _ in range(2)]
    assert [one.status_code for one in retractions] == [200, 200]
    assert [one.json()["changed"] for one in retractions] == [True, False]
    assert retractions[1].json()["mine"]["places"] == []
    assert votes_in(lunch) == 0


def test_a_vote_is_one_round_trip(alice, lunch, noodles, django_assert_num_queries):
    api = Api(alice)

    for method in ("PUT", "PUT", "DELETE", "DELETE"):
        with django_assert_num_queries(1):
            assert api.ask(method, address(lunch, noodles)).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_nobody_in_particular_votes(lunch, noodles, method):
    assert refused(Api().ask(method, address(lunch, noodles))) == (401, "not_signed_in")
    assert votes_in(lunch) == 0


@pytest.mark.parametrize("round_id", ["0", "999999", "nothing", "-1", "1" * 40, "%00", "१"])
def test_an_unknown_round_is_not_found(alice, noodles, round_id):
    api = Api(alice)
    bodies = [api.get(f"votes/rounds/{round_id}"), api.get(f"votes/rounds/{round_id}/history")]
    bodies += [api.put(f"votes/rounds/{round_id}/places/{noodles.pk}")]

    assert [refused(one) for one in bodies] == [(404, "no_such_round")] * 3


@pytest.mark.parametrize("target", ["0", "999999", "nothing", "-1", "1" * 40, "2026-01-01"])
@pytest.mark.parametrize("kind", ["places", "menus", "dates"])
def test_what_is_not_up_for_vote_is_not_found(alice, lunch, kind, target):
    answer = Api(alice).put(f"votes/rounds/{lunch.pk}/{kind}/{target}")

    assert refused(answer) == (404, "no_such_option")
    assert votes_in(lunch) == 0


def test_a_place_of_another_round_is_not_found(alice, lunch, noodles):
    other = a_round(*places(2))
    theirs = Option.objects.filter(round=other).first().place

    for method in ("PUT", "DELETE"):
        answer = Api(alice).ask(method, address(lunch, theirs))
        assert refused(answer) == (404, "no_such_option")
    assert votes_in(lunch) == votes_in(other) == 0


def test_no_vote_after_the_close_and_none_before_the_opening(alice, lunch, noodles):
    api = Api(alice)
    api.put(address(lunch, noodles))
    end(lunch)
    at = timezone.now() + timedelta(hours=1)
    to_come = a_round(noodles, opens_at=at, closes_at=at + timedelta(hours=1))
    called_off = a_round(noodles)
    cancel_round(round_id=called_off.pk)

    for method in ("PUT", "DELETE"):
        answers = [api.ask(method, address(of, noodles)) for of in (lunch, to_come, called_off)]
        assert [refused(one) for one in answers] == [
            (409, "round_closed"),
            (409, "round_not_open"),
            (409, "round_cancelled"),
        ]
    assert votes_in(lunch) == 1


def test_only_the_team_votes(alice, bob, noodles):
    of = a_round(noodles, team=a_team(alice))

    assert refused(Api(bob).put(address(of, noodles))) == (403, "not_eligible")
    assert votes_in(of) == 0


def test_too_many_choices_are_refused_with_how_many_there_may_be(
    alice, lunch, noodles, soup, pizza
):
    api = Api(alice)
    api.put(address(lunch, noodles))
    api.put(address(lunch, soup))

    answer = api.put(address(lunch, pizza))

    assert refused(answer) == (422, "too_many_choices")
    assert answer.json()["max"] == 2
    assert votes_in(lunch) == 2


def test_rounds_are_listed_newest_first_and_by_status_and_team(alice, noodles):
    older = a_round(noodles, title="어제")
    end(older)
    settle_round(round_id=older.pk)
    ours = a_round(noodles, title="우리", team=a_team(alice))
    api = Api()

    def titles(**query: Any) -> list[str]:
        return [one["title"] for one in api.get("votes/rounds", **query).json()["results"]]

    assert titles() == ["우리", "어제"]
    assert titles(status="open") == ["우리"]
    assert titles(status="closed") == ["어제"]
    assert titles(team=str(ours.team_id)) == ["우리"]
    first = api.get("votes/rounds", page_size=1).json()
    assert [one["title"] for one in api.client.get(first["next"]).json()["results"]] == ["어제"]
    for query in ({"status": "eaten"}, {"team": "ours"}, {"cursor": "made-up"}):
        assert refused(api.get("votes/rounds", **query)) == (400, "invalid")


def test_a_settled_round_says_who_won(alice, lunch, noodles):
    vote(alice, lunch, noodles)
    end(lunch)
    settle_round(round_id=lunch.pk)

    told = Api().get(f"votes/rounds/{lunch.pk}").json()

    assert told["winner"] == {"place": str(noodles.pk), "menu": None, "date": None}
    assert told["ate_at"] == str(noodles.pk)
    assert (told["settled"], len(told["seed"])) == (True, 64)


def test_today_is_the_round_that_is_open_or_nothing(alice, noodles):
    assert Api(alice).get("votes/today").json()["round"] is None

    ours = a_round(noodles, team=a_team(alice))

    assert Api(alice).get("votes/today").json()["round"]["id"] == str(ours.pk)
    assert Api().get("votes/today").json()["round"] is None


def test_the_history_has_every_step(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(bob, lunch, noodles)
    vote(bob, lunch, noodles, wanted=False)

    told = Api().get(f"votes/rounds/{lunch.pk}/history").json()

    key = f"place.{noodles.pk}"
    assert [(of, votes) for _at, of, votes in told["points"]] == [(key, 1), (key, 2), (key, 1)]
    assert told["points"] == sorted(told["points"], key=lambda point: point[0])
    assert told["options"][0] == {
        "key": key,
        "kind": "place",
        "id": str(noodles.pk),
        "name": "을지면옥",
        "name_en": "",
    }


def test_the_demo_makes_a_round_in_which_everybody_votes(alice):
    out = StringIO()
    call_command("demo", "--round", stdout=out)
    made = orjson.loads(out.getvalue())
    api = Api(alice)

    told = api.get(f"votes/rounds/{made['round']}").json()
    answers = [
        api.put(f"votes/rounds/{made['round']}/{kind}/{one}")
        for kind in ("places", "menus")
        for one in made[kind][:3]
    ]

    assert [one["id"] for one in told["places"]] == made["places"]
    assert [one["id"] for one in told["menus"]] == made["menus"]
    assert (len(made["places"]), len(made["menus"])) == (10, 10)
    assert told["max_choices"] == {"places": 3, "menus": 3, "dates": 0}
    assert [one.status_code for one in answers] == [200] * 6
