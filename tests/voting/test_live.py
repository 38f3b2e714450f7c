"""The topic of a round: what watchers are told, and what they find."""

import asyncio

import orjson
import pytest
from django.contrib.auth.models import AnonymousUser

from realtime.publish import flush
from realtime.reading import close_connections, read
from realtime.topics import UnknownTopic, check_right, take_snapshot
from tests.realtime.stage import eventually, open_hub, watching
from tests.voting.rounds import a_menu, a_round, a_team, a_user, end, places, retract, vote
from voting import live
from voting.models import Comment, Round
from voting.services.announcing import announce_status
from voting.services.merging import merge_places
from voting.services.settling import settle_round
from voting.services.talking import add_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def pipes():
    """Send what was published and let go of the database before a test ends."""
    yield
    flush()
    close_connections()


def snapshot(of: Round):
    return {change.key: change for change in take_snapshot(live.round_topic(of.pk))}


def frames(of: Round, *steps):
    """Return the changes of each frame that somebody sees who watches while `steps` are done."""

    async def look():
        async with open_hub(resync_every=60) as hub:
            screen = await watching(hub, live.round_topic(of.pk))
            for nth, step in enumerate(steps):
                await read(step)
                await eventually(lambda nth=nth: len(screen.frames) >= nth + 2)
            return screen.frames

    seen = map(orjson.loads, asyncio.run(look()))
    return [{change["key"]: change for change in frame["changes"]} for frame in seen]


def test_a_vote_reaches_who_watches(alice, bob, lunch, noodles, soup):
    key = f"place.{noodles.pk}"

    first, told, again, over, *_ = frames(
        lunch,
        lambda: vote(alice, lunch, noodles),
        lambda: vote(bob, lunch, noodles),
        lambda: [retract(one, lunch, noodles) for one in (alice, bob)],
    )

    assert first[key]["value"]["votes"] == 0
    assert told[key]["kind"] == "place_vote"
    assert told[key]["value"] == {
        "round": str(lunch.pk),
        "id": str(noodles.pk),
        "name": noodles.name,
        "name_en": "",
        "votes": 1,
        "withdrawn": False,
    }
    whole = told[f"round.{lunch.pk}"]
    assert (whole["kind"], whole["value"]["votes"], whole["value"]["voters"]) == (
        "vote_update",
        1,
        1,
    )
    assert (whole["value"]["eligible"], whole["value"]["turnout"]) == (2, 0.5)
    assert told["lead.place"]["kind"] == "leader_changed"
    assert told["lead.place"]["value"]["id"] == str(noodles.pk)
    assert again.keys() == {key, f"round.{lunch.pk}"}, "the lead has not changed"
    assert key in over


def test_what_is_told_is_what_one_finds(alice, bob, lunch, noodles, soup):
    *_, told = frames(lunch, lambda: vote(alice, lunch, noodles))

    found = snapshot(lunch)

    for key, change in told.items():
        assert (found[key].kind, found[key].version) == (change["kind"], change["version"])
        assert found[key].value == change["value"]


def test_many_rounds_are_read_in_three_queries(alice, django_assert_num_queries):
    up = [*places(5), a_menu("밥")]
    rounds = [a_round(*up) for _ in range(4)]
    for of in rounds:
        vote(alice, of, up[0])
        add_comment(round_id=of.pk, user_id=alice.pk, text="좋아요")

    with django_assert_num_queries(3):
        found = live.round_snapshots([str(of.pk) for of in rounds])

    assert [len(found[str(of.pk)]) for of in rounds] == [1 + 6 + 1 + 1] * 4


@pytest.mark.parametrize("ident", ["", "0", "x", "9" * 30, "-1"])
def test_what_is_no_round_is_unknown(ident, db):
    with pytest.raises(UnknownTopic):
        take_snapshot(f"votes.{ident}")


def test_anybody_may_watch_and_nothing_says_who_voted(alice, lunch, noodles):
    vote(alice, lunch, noodles)

    check_right(live.round_topic(lunch.pk), AnonymousUser())
    assert "alice" not in str(snapshot(lunch))


def test_the_seed_is_a_secret_until_it_is_settled(alice, lunch, noodles):
    cast = vote(alice, lunch, noodles)

    told = f"{cast} {snapshot(lunch)}"
    assert lunch.seed not in told
    end(lunch)
    settle_round(round_id=lunch.pk)
    assert snapshot(lunch)[f"round.{lunch.pk}"].value["seed"] == lunch.seed


def test_a_result_is_told(alice, lunch, noodles):
    vote(alice, lunch, noodles)
    end(lunch)

    _first, told = frames(lunch, lambda: settle_round(round_id=lunch.pk))

    value = told[f"round.{lunch.pk}"]["value"]
    assert (value["status"], value["settled"]) == ("closed", True)
    assert value["winner"] == {"place": str(noodles.pk), "menu": None, "date": None}


def test_an_opening_is_told(lunch):
    _first, told = frames(lunch, announce_status)

    assert told[f"round.{lunch.pk}"]["value"]["status"] == "open"


def test_a_merge_is_told(alice, bob, lunch, noodles, soup):
    vote(alice, lunch, noodles)
    vote(bob, lunch, soup)

    _first, told = frames(lunch, lambda: merge_places(double_id=noodles.pk, kept_id=soup.pk))

    assert told[f"place.{noodles.pk}"]["value"]["withdrawn"]
    assert told[f"place.{soup.pk}"]["value"]["votes"] == 2
    assert told["lead.place"]["value"]["id"] == str(soup.pk)
    assert snapshot(lunch)[f"place.{noodles.pk}"].value["withdrawn"]


def test_a_comment_is_told_and_stays(alice, lunch):
    _first, told = frames(
        lunch, lambda: add_comment(round_id=lunch.pk, user_id=alice.pk, text="<b>네</b>")
    )

    comment = Comment.objects.get()
    change = told[f"comment.{comment.pk}"]
    assert (change["kind"], change["value"]["text"]) == ("comment_updated", "<b>네</b>")
    assert snapshot(lunch)[f"comment.{comment.pk}"].value == change["value"]


def test_a_comment_of_another_round_is_not_told(alice, lunch, noodles):
    other = a_round(noodles, team=a_team(alice, a_user("eve")))
    add_comment(round_id=other.pk, user_id=alice.pk, text="우리끼리")

    assert not any(key.startswith("comment") for key in snapshot(lunch))
