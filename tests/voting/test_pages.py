"""The pages of rounds, as they are without script."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from realtime.topics import Change, find
from tests.voting.rounds import (
    a_menu,
    a_place,
    a_round,
    a_team,
    end,
    places,
    tally,
    vote,
    votes_in,
)
from voting.fragments import fragments
from voting.models import Comment, CommentLike, Option, Place
from voting.services.settling import settle_due
from voting.services.steering import cancel_round
from voting.services.talking import add_comment

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def client(alice):
    signed_in = Client(headers=ENGLISH)
    signed_in.force_login(alice)
    return signed_in


@pytest.fixture
def guest():
    return Client(headers=ENGLISH)


def said(response):
    """Return the words of a page."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def choose(client, of, place, want="1", **more):
    return client.post(f"/votes/{of.pk}/choices/place/{place.pk}", {"want": want}, **more)


def test_one_votes_without_script_and_takes_it_back(client, lunch, noodles):
    page = f"/votes/{lunch.pk}"
    assert "Choose up to 2" in said(client.get(page))

    for _ in range(2):
        answer = choose(client, lunch, noodles)
        assert answer.status_code == 302
        assert answer.url == f"{page}#places"
    assert tally(lunch)[str(noodles.pk)] == 1
    shown = said(client.get(page))
    assert "Your choice" in shown
    assert "을지면옥 is ahead" in shown
    assert "1 of 1 has voted (100 %)" in shown

    for _ in range(2):
        choose(client, lunch, noodles, want="0")
    assert tally(lunch)[str(noodles.pk)] == 0
    assert "Your choice" not in said(client.get(page))


def test_htmx_gets_the_mark_and_what_no_socket_brings(client, lunch, noodles):
    alone = choose(client, lunch, noodles, headers={"HX-Request": "true"}).content.decode()
    watched = client.post(
        f"/votes/{lunch.pk}/choices/place/{noodles.pk}",
        {"want": "1", "live": "1"},
        headers={"HX-Request": "true"},
    ).content.decode()

    mark, count = f'id="mine-{lunch.pk}-place-{noodles.pk}" data-mine', 'data-votes="1"'
    assert mark in alone
    assert count in alone
    assert f'id="round-{lunch.pk}"' in alone
    assert mark in watched
    assert count not in watched


@pytest.mark.parametrize(
    ("wish", "kind", "status"),
    [("2", "place", 400), ("", "place", 400), ("1", "drink", 404), ("1", "menu", 404)],
)
def test_nonsense_is_refused_and_changes_nothing(client, lunch, noodles, wish, kind, status):
    answer = client.post(f"/votes/{lunch.pk}/choices/{kind}/{noodles.pk}", {"want": wish})

    assert answer.status_code == status
    assert votes_in(lunch) == 0


@pytest.mark.parametrize("number", [0, 10**17, 10**30])
def test_rounds_that_are_not_there_are_not_found(client, number):
    assert client.get(f"/votes/{number}").status_code == 404
    assert client.post(f"/votes/{number}/choices/place/1", {"want": "1"}).status_code == 404
    assert client.post(f"/votes/{number}/comments", {"text": "hi"}).status_code == 404


def test_one_choice_too_many_is_refused_in_words(client, lunch, noodles, soup, pizza):
    choose(client, lunch, noodles)
    choose(client, lunch, soup)

    answer = choose(client, lunch, pizza, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "You may choose 2 at most" in answer.content.decode()


def test_guests_watch_and_are_led_to_sign_in(guest, lunch, noodles):
    page = guest.get(f"/votes/{lunch.pk}")

    assert "Sign in to vote" in said(page)
    assert "vote-form" not in page.content.decode()
    assert choose(guest, lunch, noodles).url.startswith("/accounts/sign-in")
    assert votes_in(lunch) == 0


def test_who_is_of_another_team_only_watches(client, bob, noodles):
    theirs = a_round(noodles, team=a_team(bob, name="디자인팀"))

    page = client.get(f"/votes/{theirs.pk}")

    assert "Only 디자인팀 votes here" in said(page)
    assert "vote-form" not in page.content.decode()
    assert choose(client, theirs, noodles).status_code == 403


def test_each_state_is_said_in_words(client, noodles):
    at = timezone.now() + timedelta(hours=2)
    upcoming = a_round(noodles, opens_at=at, closes_at=at + timedelta(hours=1))
    cancelled = a_round(noodles)
    cancel_round(round_id=cancelled.pk)
    over = a_round(noodles)
    end(over)

    assert "Voting begins" in said(client.get(f"/votes/{upcoming.pk}"))
    assert "This vote was cancelled" in said(client.get(f"/votes/{cancelled.pk}"))
    assert "The votes are being counted" in said(client.get(f"/votes/{over.pk}"))
    settle_due()
    assert "Nobody voted" in said(client.get(f"/votes/{over.pk}"))


def test_the_result_says_how_a_tie_was_decided(guest, alice, bob, noodles, soup):
    of = a_round(noodles, soup, tie_rule="draw")
    vote(alice, of, noodles)
    vote(bob, of, soup)
    before = said(guest.get(f"/votes/{of.pk}"))
    end(of)
    settle_due()

    after = said(guest.get(f"/votes/{of.pk}"))

    assert of.seed_hash in before
    assert of.seed not in before
    assert of.seed in after
    assert "2 were tied, and a draw decided" in after
    of.refresh_from_db()
    assert of.winner_place.name in after.partition("Result")[2]


def test_a_tie_can_lead_to_a_run_off(guest, alice, bob, noodles, soup):
    of = a_round(noodles, soup, tie_rule="run_off")
    vote(alice, of, noodles)
    vote(bob, of, soup)
    end(of)
    settle_due()

    page = guest.get(f"/votes/{of.pk}")

    assert "2 are tied; a run-off decides" in said(page)
    of.refresh_from_db()
    assert f'href="/votes/{of.run_off.pk}"' in page.content.decode()


def test_the_chart_is_there_without_script_and_anew_for_htmx(guest, alice, bob, lunch, noodles):
    assert "The first vote begins the chart" in said(guest.get(f"/votes/{lunch.pk}"))
    vote(alice, lunch, noodles)
    vote(bob, lunch, noodles)

    page = guest.get(f"/votes/{lunch.pk}").content.decode()
    chart = guest.get(f"/votes/{lunch.pk}/chart", headers={"HX-Request": "true"}).content.decode()

    [line] = re.findall(r'chart-line-0" d="(M0 100[HV\d.]+V0H120)"', page)
    assert line in chart
    assert guest.get(f"/votes/{lunch.pk}/chart").url == f"/votes/{lunch.pk}"


def test_a_round_of_a_hundred_places_takes_six_queries(client, alice, bob):
    up = places(100)
    of = a_round(*up, a_menu(), max_places=50)
    for place in up[:30]:
        vote(bob, of, place)
    for number in range(60):
        add_comment(round_id=of.pk, user_id=alice.pk, text=f"말 {number}")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/votes/{of.pk}")

    assert page.content.decode().count('class="vote-form"') == 101
    assert len(queries) <= 6, [query["sql"][:80] for query in queries]


def test_what_was_taken_down_is_not_shown(guest, lunch, noodles, soup):
    Option.objects.filter(round=lunch, place=soup).update(withdrawn_at=timezone.now())

    page = said(guest.get(f"/votes/{lunch.pk}"))

    assert noodles.name in page
    assert soup.name not in page


def test_today_shows_the_open_round_and_names_others(client, lunch, noodles):
    over = a_round(noodles, title="어제 점심")
    end(over)

    page = said(client.get("/votes"))

    assert "오늘 점심" in page
    assert "어제 점심" in page.partition("Other votes")[2]


def test_without_a_round_today_says_so(client):
    assert "No vote today" in said(client.get("/votes"))


def test_what_people_write_is_harmless(client, alice, lunch):
    evil = "<script>alert(1)</script>"
    lunch_page = f"/votes/{lunch.pk}"

    assert client.post(f"{lunch_page}/comments", {"text": evil}).status_code == 302
    client.post(f"{lunch_page}/suggestions", {"kind": "place", "name": evil})
    bad_link = {"kind": "place", "name": "좋은 집", "link": "javascript:alert(1)"}
    refused = client.post(f"{lunch_page}/suggestions", bad_link)

    page = client.get(lunch_page).content.decode()
    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
    assert refused.status_code == 400
    assert "javascript:" not in page
    assert client.post(f"{lunch_page}/comments", {"text": "가" * 10_000}).status_code == 422
    assert client.post(f"{lunch_page}/comments", {"text": " "}).status_code == 400
    assert Comment.objects.count() == 1


def test_one_likes_a_comment_and_takes_back_only_ones_own(client, bob, lunch):
    client.post(f"/votes/{lunch.pk}/comments", {"text": "국밥!"})
    mine = Comment.objects.get()
    theirs = add_comment(round_id=lunch.pk, user_id=bob.pk, text="피자")

    for _ in range(2):
        client.post(f"/votes/{lunch.pk}/comments/{theirs.pk}/like", {"want": "1"})
    refused = client.post(f"/votes/{lunch.pk}/comments/{theirs.pk}/delete")
    taken_back = client.post(f"/votes/{lunch.pk}/comments/{mine.pk}/delete")

    assert CommentLike.objects.count() == 1
    assert refused.status_code == 403
    assert taken_back.url == f"/votes/{lunch.pk}#comments"
    page = said(client.get(f"/votes/{lunch.pk}"))
    assert "피자" in page
    assert "국밥" not in page


def test_one_suggests_a_place_that_is_there_or_not(client, lunch, noodles):
    known = a_place("진주회관")
    for name in ("진주회관", "새 집"):
        answer = client.post(
            f"/votes/{lunch.pk}/suggestions", {"kind": "place", "name": name, "link": ""}
        )
        assert answer.url == f"/votes/{lunch.pk}#places"

    assert Place.objects.filter(name="진주회관").get() == known
    assert {"진주회관", "새 집"} < {one.name for one in Option.objects.filter(round=lunch)}


def test_a_round_that_takes_no_suggestions_makes_no_places(client, noodles):
    of = a_round(noodles, suggestions_allowed=False)

    answer = client.post(f"/votes/{of.pk}/suggestions", {"kind": "place", "name": "새 집"})

    assert answer.status_code == 403
    assert not Place.objects.filter(name="새 집").exists()
    assert "Suggest something" not in said(client.get(f"/votes/{of.pk}"))


def test_the_past_is_told_in_figures(client, alice, lunch, noodles):
    vote(alice, lunch, noodles)
    end(lunch)
    settle_due()

    page = said(client.get("/votes/history"))

    assert "You voted in the last 1 round without a gap" in page
    assert "을지면옥" in page
    assert "1 win, 1 votes" in page
    assert "No vote" not in said(Client(headers=ENGLISH).get("/votes/history"))


@pytest.mark.parametrize(
    ("kind", "value", "words", "hidden"),
    [
        ("viewers_updated", {"viewers": 3}, "3 people are looking at this now", False),
        ("viewers_updated", {"viewers": 1}, "1 person", True),
        ("typing", {"typing": 3}, "3 people are choosing…", False),
        ("typing", {"typing": 0}, "choosing", True),
    ],
)
def test_one_sees_that_others_are_here(kind, value, words, hidden):
    with translation.override("en"):
        told = fragments(Change(f"{kind}.votes.7", kind, 1, {"id": "7", **value})) or ""

    assert words in told
    assert (" hidden>" in told) == hidden


def test_fragments_are_what_the_page_shows(alice, lunch, noodles):
    vote(alice, lunch, noodles)
    page = Client(headers={"Accept-Language": "ko"}).get(f"/votes/{lunch.pk}").content.decode()
    kind, ident = find(f"votes.{lunch.pk}")

    with translation.override("ko"):
        told = "".join(kind.fragments(change) or "" for change in kind.snapshots([ident])[ident])

    told = told.replace(' hx-swap-oob="true"', "")
    shown = re.findall(r'<span class="vote-tally".*?</span>|<p class="votes-lead".*?</p>', told)
    figures = told[told.index('<div class="votes-figures"') :].partition("</div>")[0]
    assert len(shown) == 4
    assert [fragment for fragment in [*shown, figures] if fragment not in page] == []
