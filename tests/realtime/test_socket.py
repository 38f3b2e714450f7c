import json

import pytest
from channels.layers import get_channel_layer

from realtime import limits
from tests.realtime.stage import close_code, eventually, open_hub, socket, tell

pytestmark = pytest.mark.asyncio


async def greeted(talk):
    frame = await talk.receive_json_from()
    assert frame["type"] == "connection_ack"
    return frame


async def test_a_socket_is_greeted(board):
    async with open_hub(), socket() as talk:
        frame = await greeted(talk)

    assert frame["heartbeat"] == 20
    assert frame["connection_id"]
    assert frame["server_time"].endswith("Z")


async def test_a_subscriber_gets_a_snapshot_then_updates_until_it_unsubscribes(board):
    topic = board.topic(stock=10)
    async with open_hub(), socket() as talk:
        await greeted(talk)
        layer = get_channel_layer()

        await talk.send_json_to({"type": "subscribe", "topic": topic})
        snapshot = await talk.receive_json_from()
        await tell(layer, topic, board.set(topic, "stock", 2, 9))
        update = await talk.receive_json_from()
        await talk.send_json_to({"type": "unsubscribe", "topic": topic})
        await talk.send_json_to({"type": "ping"})
        pong = await talk.receive_json_from()
        await tell(layer, topic, board.set(topic, "stock", 3, 8))

        assert await talk.receive_nothing(timeout=0.2)
    change = {"key": "stock", "kind": "told", "version": 1, "value": 10}
    assert snapshot["type"] == "snapshot" and snapshot["topic"] == topic
    assert snapshot["changes"] == [change]
    assert update["type"] == "update" and update["seq"] == snapshot["seq"] + 1
    assert update["changes"] == [{**change, "version": 2, "value": 9}]
    assert pong == {"type": "pong"}


async def test_one_frame_may_name_several_topics(board):
    topics = [board.topic(stock=n) for n in range(3)]
    async with open_hub() as hub, socket() as talk:
        await greeted(talk)

        await talk.send_json_to({"type": "subscribe", "topics": topics})
        frames = [await talk.receive_json_from() for _ in topics]
        await talk.send_json_to({"type": "unsubscribe", "topics": topics[:2]})
        await talk.send_json_to({"type": "ping"})
        await talk.receive_json_from()

        assert {frame["topic"] for frame in frames} == set(topics)
        assert [len(hub.feeds[topic].watches) for topic in topics] == [0, 0, 1]


async def test_the_address_subscribes_at_once_in_html_and_in_the_asked_language(board):
    topic, other = board.topic(stock=10), board.topic(seat="free")
    async with (
        open_hub(),
        socket(f"/ws/live?topics={topic},{other}&format=html&language=en") as talk,
    ):
        await greeted(talk)

        fragments = {await talk.receive_from(), await talk.receive_from()}

    assert fragments == {
        '<p id="stock" hx-swap-oob="true" lang="en">10</p>',
        '<p id="seat" hx-swap-oob="true" lang="en">free</p>',
    }


async def test_html_speaks_the_language_of_the_cookie(board):
    topic = board.topic(stock=10)
    path = f"/ws/live?topics={topic}&format=html"
    async with open_hub(), socket(path, cookie="django_language=en") as talk:
        await greeted(talk)

        assert 'lang="en"' in await talk.receive_from()


async def test_the_events_dialect_names_the_kind(board):
    topic = board.topic(stock=10)
    async with open_hub(), socket() as talk:
        await greeted(talk)
        await talk.send_json_to({"type": "subscribe", "topic": topic, "format": "events"})

        frame = await talk.receive_json_from()

    assert frame["type"] == "told"
    assert frame["data"] == 10
    assert (frame["topic"], frame["key"], frame["version"]) == (topic, "stock", 1)


@pytest.mark.parametrize(
    "topic", ["nothing.1", "board.unknown", "", "board..", "보드.1", "a" * 200]
)
async def test_an_unknown_topic_is_an_error_and_the_socket_lives(board, topic):
    async with open_hub(), socket() as talk:
        await greeted(talk)
        await talk.send_json_to({"type": "subscribe", "topic": topic})

        error = await talk.receive_json_from()
        await talk.send_json_to({"type": "ping"})
        pong = await talk.receive_json_from()

    assert error == {"type": "error", "code": "unknown_topic", "topic": topic[:100]}
    assert pong == {"type": "pong"}


async def test_an_address_of_unknown_topics_alone_is_closed_4404(board):
    async with open_hub(), socket("/ws/live?topics=board.unknown,nothing.1") as talk:
        code, frames = await close_code(talk)

    assert code == 4404
    assert [frame.get("code") for frame in frames[1:]] == ["unknown_topic", "unknown_topic"]


async def test_an_address_with_one_good_topic_stays_open(board):
    topic = board.topic(stock=10)
    async with open_hub(), socket(f"/ws/live?topics=nothing.1,{topic}") as talk:
        await greeted(talk)

        kinds = {(await talk.receive_json_from())["type"] for _ in range(2)}

    assert kinds == {"error", "snapshot"}


async def test_an_unknown_path_is_accepted_and_closed_4404():
    async with socket("/ws/elsewhere") as talk:
        assert (await close_code(talk))[0] == 4404


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ("null", "malformed"),
        ("[1]", "malformed"),
        ('"subscribe"', "malformed"),
        ("[" * 1500, "malformed"),
        ('{"type":"subscribe"}', "malformed"),
        ('{"type":"subscribe","topic":7}', "malformed"),
        ('{"type":"subscribe","topics":[]}', "malformed"),
        ('{"type":"subscribe","topics":"board.1"}', "malformed"),
        ('{"type":"subscribe","topics":["board.1",7]}', "malformed"),
        (json.dumps({"type": "subscribe", "topics": ["board.1"] * 21}), "malformed"),
        ('{"type":"subscribe","topic":"board.1","format":"xml"}', "unknown_format"),
        ('{"type":"subscribe","topic":"board.1","format":["html"]}', "unknown_format"),
        ('{"type":"shout"}', "unknown_type"),
        ('{"type":["ping"]}', "unknown_type"),
        ('{"topic":"board.1"}', "unknown_type"),
        (b"\x00\xff", "binary"),
    ],
)
async def test_a_frame_without_sense_is_an_error_and_the_socket_lives(frame, code):
    async with open_hub(), socket() as talk:
        await greeted(talk)
        await talk.send_to(**{"bytes_data" if isinstance(frame, bytes) else "text_data": frame})

        error = await talk.receive_json_from()
        await talk.send_json_to({"type": "ping"})
        pong = await talk.receive_json_from()

    assert error == {"type": "error", "code": code}
    assert pong == {"type": "pong"}


async def test_a_socket_that_keeps_making_no_sense_is_closed_4400():
    async with open_hub(), socket() as talk:
        for _ in range(limits.BLUNDERS):
            await talk.send_to(text_data="{")

        code, frames = await close_code(talk)

    assert code == 4400
    assert len(frames) == 1 + limits.BLUNDERS


async def test_a_frame_above_four_kibibytes_is_closed_1009():
    async with open_hub(), socket() as talk:
        await talk.send_json_to({"type": "ping", "more": "x" * limits.FRAME_BYTES})

        assert (await close_code(talk))[0] == 1009


async def test_who_talks_too_much_is_told_and_then_closed():
    async with open_hub(), socket() as talk:
        await greeted(talk)
        for _ in range(limits.FLOOD):
            await talk.send_json_to({"type": "ping"})

        code, frames = await close_code(talk)

    assert code == 1008
    types = [frame["type"] for frame in frames]
    assert types == ["pong"] * limits.MESSAGES + ["error"]


async def test_one_topic_more_than_twenty_is_refused(board):
    topics = [board.topic(stock=n) for n in range(limits.TOPICS_PER_SOCKET + 1)]
    async with open_hub(), socket(f"/ws/live?topics={','.join(topics)}") as talk:
        await greeted(talk)

        frames = [await talk.receive_json_from() for _ in topics]

    codes = [frame["code"] for frame in frames if frame["type"] == "error"]
    assert codes == ["too_many_topics"]


async def test_a_closed_socket_leaves_nothing_behind(board):
    topic = board.topic(stock=10)
    async with open_hub(linger=0.2) as hub:
        async with socket(f"/ws/live?topics={topic}") as talk:
            await greeted(talk)
            await talk.receive_json_from()
            assert hub.feeds[topic].watches

        assert not hub.feeds[topic].watches
        await eventually(lambda: not hub.feeds)
