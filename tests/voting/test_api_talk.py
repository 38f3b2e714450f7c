"""Comments, reviews, suggestions, the catalogue and the results by REST."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api_client import Api
from tests.voting.rounds import a_menu, a_place, a_round, a_team, a_user, end, tally, vote
from voting.models import Comment, CommentLike, Menu, Place, Review, Round
from voting.services.settling import settle_round
from voting.services.talking import add_comment

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "<script>alert('점심')</script>"


def refused(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def eaten(alice, bob, lunch, noodles) -> Round:
    """A round that is over: Alice and Bob wanted noodles."""
    for one in (alice, bob):
        vote(one, lunch, noodles)
    end(lunch)
    settle_round(round_id=lunch.pk)
    lunch.refresh_from_db()
    return lunch


def test_a_comment_is_said_edited_liked_and_taken_back(alice, bob, lunch):
    api, theirs = Api(alice), Api(bob)
    comments = f"votes/rounds/{lunch.pk}/comments"

    said = api.post(comments, {"text": "국물이 좋아요"})
    home = f"votes/comments/{said.json()['id']}"
    assert said.status_code == 201
    assert api.ask("PATCH", home, {"text": "국물이 아주 좋아요"}).json()["edited_at"] is not None

    likes = [theirs.put(f"{home}/like").json() for _ in range(2)]
    assert [(one["likes"], one["liked"], one["mine"]) for one in likes] == [(1, True, False)] * 2
    [seen] = api.get(comments).json()["results"]
    assert (seen["text"], seen["likes"], seen["liked"], seen["mine"], seen["author"]) == (
        *("국물이 아주 좋아요", 1, False, True),
        "alice",
    )
    unlikes = [theirs.delete(f"{home}/like").json()["likes"] for _ in range(2)]
    assert unlikes == [0, 0]

    assert [api.delete(home).status_code for _ in range(2)] == [204, 204]
    assert Api().get(comments).json()["results"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", (400, "empty_text")),
        (" \n ", (400, "empty_text")),
        ("가" * 501, (422, "text_too_long")),
        ("가" * 10_000, (422, "text_too_long")),
        ("\x00", (400, "invalid")),
        ({}, (400, "invalid")),
        (None, (400, "invalid")),
    ],
)
def test_a_comment_that_says_nothing_or_too_much_is_refused(alice, lunch, text, said):
    answer = Api(alice).post(f"votes/rounds/{lunch.pk}/comments", {"text": text})

    assert refused(answer) == said
    assert not Comment.objects.exists()


def test_scripts_stay_text(alice, lunch):
    answer = Api(alice).post(f"votes/rounds/{lunch.pk}/comments", {"text": SCRIPT})

    assert answer.json()["text"] == SCRIPT
    assert answer.headers["Content-Type"] == "application/json"


def test_another_s_comment_stays_as_it_is(alice, bob, lunch):
    comment = add_comment(round_id=lunch.pk, user_id=alice.pk, text="내 말")
    home = f"votes/comments/{comment.pk}"

    assert refused(Api(bob).ask("PATCH", home, {"text": "네 말"})) == (403, "not_yours")
    assert refused(Api(bob).delete(home)) == (403, "not_yours")
    assert refused(Api().ask("PATCH", home, {"text": "네 말"})) == (401, "not_signed_in")
    assert refused(Api(bob).delete("votes/comments/999999")) == (404, "no_such_comment")
    comment.refresh_from_db()
    assert (comment.text, comment.version) == ("내 말", 1)


def test_only_those_with_a_say_talk(alice, bob, noodles, soup):
    of = a_round(noodles, team=a_team(alice))
    comment = add_comment(round_id=of.pk, user_id=alice.pk, text="우리끼리")
    api, home = Api(bob), f"votes/rounds/{of.pk}"

    suggestion = {"kind": "place", "id": str(soup.pk)}
    answers = [
        api.post(f"{home}/comments", {"text": "나도"}),
        api.put(f"votes/comments/{comment.pk}/like"),
        api.post(f"{home}/suggestions", suggestion),
        api.put(f"{home}/reviews", {"stars": 5}),
    ]

    assert [refused(one) for one in answers] == [(403, "not_eligible")] * 4
    assert (Comment.objects.count(), CommentLike.objects.count()) == (1, 0)
    assert tally(of) == {str(noodles.pk): 0}


def test_comments_cost_the_same_however_many(alice, lunch, django_assert_max_num_queries):
    for number in range(30):
        add_comment(round_id=lunch.pk, user_id=alice.pk, text=f"{number}")
    api = Api(alice)

    with django_assert_max_num_queries(3):
        told = api.get(f"votes/rounds/{lunch.pk}/comments").json()

    assert [one["text"] for one in told["results"]] == [str(n) for n in range(29, 9, -1)]


def test_a_new_place_is_added_and_suggested(alice, lunch):
    api = Api(alice)
    cold = a_menu("냉면")
    said = {"name": " 평양  면옥 ", "link": "https://example.com/", "menus": [str(cold.pk)]}

    made = api.post("votes/places", said)
    again = api.post("votes/places", {"name": "평양면옥"})
    place = made.json()["id"]
    up = api.post(f"votes/rounds/{lunch.pk}/suggestions", {"kind": "place", "id": place})

    assert (made.status_code, again.status_code, again.json()["id"]) == (201, 200, place)
    assert (made.json()["name"], made.json()["menus"][0]["name"]) == ("평양 면옥", "냉면")
    assert up.json()["id"] == place
    assert api.put(f"votes/rounds/{lunch.pk}/places/{place}").json()["changed"] is True


def test_what_does_not_exist_is_not_suggested(alice, lunch):
    home = f"votes/rounds/{lunch.pk}/suggestions"
    api = Api(alice)

    assert refused(api.post(home, {"kind": "place", "id": "0"})) == (404, "no_such_place")
    assert refused(api.post(home, {"kind": "menu", "id": "nothing"})) == (404, "no_such_menu")
    assert refused(api.post(home, {"kind": "date", "id": "2026-01-01"})) == (400, "invalid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "가" * 101},
        {"link": "javascript:alert(1)"},
        {"link": "x" * 600},
        {"price_level": 5},
        {"price_level": -1},
        {"distance": 10**9},
        {"name": "\x00"},
        {"menus": "all"},
        {"menus": ["1", None]},
    ],
)
def test_a_place_that_makes_no_sense_is_refused(alice, wrong):
    answer = Api(alice).post("votes/places", {"name": "평양면옥", **wrong})

    assert refused(answer) == (400, "invalid")
    assert set(answer.json()["errors"]) == set(wrong)
    assert not Place.objects.exists()


def test_a_place_is_edited_by_who_added_it_and_by_operators(alice, bob):
    home = f"votes/places/{Api(alice).post('votes/places', {'name': '하동관'}).json()['id']}"
    operator = a_user("operator", is_staff=True, is_superuser=True)

    assert refused(Api(bob).ask("PATCH", home, {"memo": "매워요"})) == (403, "not_yours")
    assert Api(alice).ask("PATCH", home, {"memo": "진해요"}).json()["memo"] == "진해요"
    assert Api(operator).ask("PATCH", home, {"price_level": 2}).json()["price_level"] == 2

    a_place("우래옥")
    assert refused(Api(alice).ask("PATCH", home, {"name": "우래옥"})) == (409, "already_there")
    assert Api().get(home).json()["name"] == "하동관"


def test_places_are_found_by_words_and_menus_listed(alice, noodles, soup):
    a_menu("냉면")
    Place.objects.filter(pk=soup.pk).update(address="서울 중구 명동9길 12")

    found = Api().get("votes/places", search="명동9길").json()["results"]
    menus = Api(alice).post("votes/menus", {"name": "국밥", "name_en": "Rice soup"})

    assert [one["id"] for one in found] == [str(soup.pk)]
    assert Api().get("votes/places", search="\x00%_").json()["results"] == []
    assert menus.status_code == 201
    assert [one["name"] for one in Api().get("votes/menus").json()["results"]] == ["국밥", "냉면"]
    assert Api(alice).post("votes/menus", {"name": "국 밥"}).status_code == 200
    assert Menu.objects.count() == 2


def test_a_review_is_one_a_person_and_can_be_taken_back(alice, eaten, noodles):
    api, home = Api(alice), f"votes/rounds/{eaten.pk}/reviews"

    api.put(home, {"stars": 2, "text": "짜요"})
    api.put(home, {"stars": 4})

    [told] = Api().get(home).json()["results"]
    assert (told["author"], told["stars"], told["text"]) == ("alice", 4, "")
    assert told["place"] == str(noodles.pk)
    assert refused(api.put(home, {"stars": 6})) == (400, "wrong_stars")
    assert [api.delete(home).status_code for _ in range(2)] == [204, 204]
    assert not Review.objects.exists()


def test_there_is_nothing_to_review_before_the_result(alice, lunch):
    answer = Api(alice).put(f"votes/rounds/{lunch.pk}/reviews", {"stars": 5})

    assert refused(answer) == (409, "nowhere_yet")


def test_the_results_are_ranked(alice, bob, eaten, noodles):
    Api(alice).put(f"votes/rounds/{eaten.pk}/reviews", {"stars": 4})
    Api(bob).put(f"votes/rounds/{eaten.pk}/reviews", {"stars": 3})

    told = Api().get(f"votes/rounds/{eaten.pk}/results").json()

    first = told["places"][0]
    assert (first["id"], first["votes"], first["share"], first["won"]) == (
        *(str(noodles.pk), 2, 1),
        True,
    )
    assert [one["won"] for one in told["places"]] == [True, False, False]
    assert told["round"]["winner"]["place"] == str(noodles.pk)
    assert told["stars"] == 3.5


def test_voters_are_named_to_those_who_are_signed_in(alice, bob, lunch, noodles):
    vote(bob, lunch, noodles)
    secret = a_round(noodles, anonymous=True)
    vote(bob, secret, noodles)

    told = Api(alice).get(f"votes/rounds/{lunch.pk}/voters").json()

    assert told["options"] == [{"kind": "place", "id": str(noodles.pk), "voters": ["bob"]}]
    assert refused(Api().get(f"votes/rounds/{lunch.pk}/voters")) == (401, "not_signed_in")
    answer = Api(alice).get(f"votes/rounds/{secret.pk}/voters")
    assert refused(answer) == (403, "round_anonymous")


def test_statistics_count_what_is_settled(alice, eaten, noodles, soup):
    vote(alice, a_round(soup), soup)

    told = Api(alice).get("votes/statistics").json()

    [favourite] = told["favourites"]
    assert (favourite["place"], favourite["wins"], favourite["votes"]) == (str(noodles.pk), 1, 2)
    assert favourite["eaten_on"] == eaten.day.isoformat()
    [turnout] = told["turnouts"]
    assert (turnout["round"], turnout["voters"], turnout["turnout"]) == (str(eaten.pk), 2, 1)
    assert told["streak"] == {"current": 1, "longest": 1}
    assert Api().get("votes/statistics").json()["streak"] is None
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = Api().get("votes/statistics", since=tomorrow.isoformat()).json()
    assert (later["favourites"], later["turnouts"]) == ([], [])
    for query in ({"since": "yesterday"}, {"team": "ours"}):
        assert refused(Api().get("votes/statistics", **query)) == (400, "invalid")
