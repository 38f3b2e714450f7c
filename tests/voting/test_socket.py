"""`/ws/votes`: one round, a frame a change, from the handshake to the close."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from config.asgi import application
from realtime import limits
from realtime.publish import flush
from realtime.reading import close_connections, read
from realtime.tickets import issue_ticket
from tests.realtime.stage import close_code, eventually, open_hub
from tests.realtime.test_entry import cookie_of
from tests.voting.rounds import a_menu, a_round, a_team, a_user, vote
from voting.services.talking import add_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def pipes():
    """Send what was published and let go of the database before a test ends."""
    yield
    flush()
    close_connections()


@contextlib.asynccontextmanager
async def socket(query="", **headers):
    """Open a socket on the application that live processes serve."""
    raw = [(b"host", b"testserver")]
    raw += [(name.encode(), value.encode()) for name, value in headers.items()]
    talk = WebsocketCommunicator(application, f"/ws/votes{query}", headers=raw)
    talk.scope["client"] = ("127.0.0.1", 12345)
    try:
        accepted, _ = await talk.connect()
        assert accepted, "a refused handshake looks like a broken network"
        yield talk
    finally:
        await talk.disconnect()


async def until(talk, wanted):
    """Return the frames up to the first that `wanted` likes."""
    frames = []
    while not frames or not wanted(frames[-1]):
        frames.append(await talk.receive_json_from(timeout=5))
    return frames


def pong(frame):
    return frame["type"] == "pong"


def first_frames(query="", **headers):
    """Return what a socket gets until its ping, sent after the first of the round, is answered."""

    async def look():
        async with open_hub(), socket(query, **headers) as talk:
            frames = await until(talk, lambda frame: "data" in frame)
            await talk.send_json_to({"type": "ping"})
            return frames + await until(talk, pong)

    return asyncio.run(look())


def refusal(query="", **headers):
    """Return the close code, and the types and codes of the frames before it."""

    async def look():
        async with open_hub(), socket(query, **headers) as talk:
            code, frames = await close_code(talk)
            return code, [frame.get("code", frame["type"]) for frame in frames]

    return asyncio.run(look())


def round_of(frames):
    return {frame["topic"] for frame in frames if "topic" in frame}


def test_a_client_of_the_old_guide_is_served(alice, noodles, soup):
    rice = a_menu("비빔밥")
    lunch = a_round(noodles, soup, rice)
    vote(alice, lunch, noodles)
    add_comment(round_id=lunch.pk, user_id=alice.pk, text="배고파요")

    ack, *frames, last = first_frames()

    assert ack["type"] == "connection_ack" and ack["connection_id"]
    assert last == {"type": "pong"}
    told = {frame["key"]: frame for frame in frames}
    assert {frame["type"] for frame in frames} >= {
        *("vote_update", "place_vote", "menu_vote", "leader_changed", "comment_updated"),
    }
    assert told[f"place.{noodles.pk}"]["type"] == "place_vote"
    assert told[f"place.{noodles.pk}"]["data"]["votes"] == 1
    assert told[f"round.{lunch.pk}"]["data"]["voters"] == 1
    assert told["lead.place"]["data"]["id"] == str(noodles.pk)


def test_a_vote_is_a_frame_a_change(alice, lunch, noodles):
    async def look():
        async with open_hub(resync_every=60), socket() as talk:
            await until(talk, lambda frame: frame["type"] == "viewers_updated")
            await read(vote, alice, lunch, noodles)
            frames = []
            while len({frame["type"] for frame in frames}) < 3:
                frames.append(await talk.receive_json_from(timeout=5))
            return {frame["type"]: frame["data"] for frame in frames}

    told = asyncio.run(look())

    assert told.keys() == {"place_vote", "vote_update", "leader_changed"}
    assert told["place_vote"]["id"] == str(noodles.pk)
    assert told["place_vote"]["votes"] == told["vote_update"]["votes"] == 1


def test_the_address_may_name_the_round(lunch, soup):
    now = timezone.now()
    dinner = a_round(soup, opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2))

    assert round_of(first_frames(f"?round={dinner.pk}")) == {f"votes.{dinner.pk}"}
    assert round_of(first_frames()) == {f"votes.{lunch.pk}"}
    assert round_of(first_frames("/")) == {f"votes.{lunch.pk}"}


def test_whoever_is_signed_in_sees_the_round_of_their_team(alice, lunch, noodles):
    soon = timezone.now() + timedelta(minutes=30)
    ours = a_round(noodles, team=a_team(alice), closes_at=soon)

    assert round_of(first_frames(cookie=cookie_of(alice))) == {f"votes.{ours.pk}"}
    by_ticket = first_frames(f"?ticket={issue_ticket(user_id=alice.pk)}")
    assert round_of(by_ticket) == {f"votes.{ours.pk}"}
    assert round_of(first_frames()) == {f"votes.{lunch.pk}"}


def test_a_number_is_honoured_for_whom_it_belongs_to(lunch):
    carol = a_user("carol", emp_no="12345")

    frames = first_frames("?emp_no=12345", cookie=cookie_of(carol))

    assert round_of(frames) == {f"votes.{lunch.pk}"}


@pytest.mark.parametrize("number", ["12345", "54321", "0", "%00", "x' OR 1=1", "a" * 500])
def test_the_number_of_another_is_refused(number, lunch):
    a_user("carol", emp_no="12345")
    dave, nobody = a_user("dave", emp_no="777"), a_user("eve")

    refused = 4403, ["connection_ack", "forbidden"]
    assert refusal(f"?emp_no={number}", cookie=cookie_of(dave)) == refused
    assert refusal(f"?emp_no={number}", cookie=cookie_of(nobody)) == refused
    assert refusal(f"?emp_no={number}&round={lunch.pk}") == refused


def test_without_a_round_it_says_so_and_closes(db):
    assert refusal() == (4404, ["connection_ack", "no_such_round"])


@pytest.mark.parametrize("name", ["0", "987654321", "lunch", "..", "%00", "1,2", "9" * 70])
def test_an_unknown_round_is_refused(name, lunch):
    assert refusal(f"?round={name}") == (4404, ["connection_ack", "unknown_topic"])


def test_a_round_has_one_name(lunch):
    assert refusal(f"?round=00{lunch.pk}") == (4404, ["connection_ack", "unknown_topic"])


def test_the_doors_of_all_sockets_stand_before_it(lunch):
    assert refusal(origin="https://evil.example") == (4403, ["origin_refused"])
    assert refusal("?token=abc") == (4401, ["token_in_address"])
    assert refusal("?ticket=stale") == (4401, ["ticket_refused"])


def test_nothing_else_can_be_watched_from_it(lunch):
    async def look():
        async with open_hub() as hub, socket() as talk:
            await until(talk, lambda frame: "data" in frame)
            for asked in ("subscribe", "unsubscribe"):
                await talk.send_json_to({"type": asked, "topic": f"votes.{lunch.pk}"})
                last = (await until(talk, lambda frame: frame["type"] == "error"))[-1]
                assert last["code"] == "unknown_type"
            return len(hub.feeds[f"votes.{lunch.pk}"].watches)

    assert asyncio.run(look()) == 1


def test_a_flood_ends_it(lunch):
    async def look():
        async with open_hub(), socket() as talk:
            for _ in range(limits.FLOOD):
                await talk.send_json_to({"type": "ping"})
            while (message := await talk.receive_output(timeout=3))["type"] == "websocket.send":
                pass
            return message["code"]

    assert asyncio.run(look()) == 1008


def test_who_types_is_told(lunch):
    topic = f"votes.{lunch.pk}"

    async def look():
        async with open_hub(), socket() as talk, socket() as other:
            await until(talk, lambda frame: "data" in frame)
            await talk.send_json_to({"type": "typing", "topic": topic})
            return (await until(other, lambda frame: frame["type"] == "typing"))[-1]

    frame = asyncio.run(look())

    assert (frame["topic"], frame["data"]) == (topic, {"id": str(lunch.pk), "typing": 1})


def test_nothing_stays_behind(lunch):
    async def look():
        async with open_hub(linger=0.1) as hub:
            async with socket() as talk:
                await until(talk, lambda frame: "data" in frame)
            await eventually(lambda: not hub.feeds)

    asyncio.run(look())


def test_the_other_sockets_are_where_they_were(lunch):
    async def look(path):
        talk = WebsocketCommunicator(application, path, headers=[(b"host", b"testserver")])
        await talk.connect()
        frame = await talk.receive_json_from()
        await talk.disconnect()
        return frame.get("code", frame["type"])

    async def both():
        async with open_hub():
            return [await look(path) for path in ("/ws/live", "/ws/vote", "/ws/votes/1")]

    assert asyncio.run(both()) == ["connection_ack", "unknown_path", "unknown_path"]
