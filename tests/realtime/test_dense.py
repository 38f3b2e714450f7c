"""Dense topics through the hub, the socket and plain HTTP."""

import orjson
import pytest
from channels.layers import get_channel_layer

from realtime.frames import Style
from realtime.topics import Change, TopicKind, take_snapshot
from tests.realtime.grids import DENSE, Grid, look, value_of
from tests.realtime.stage import eventually, open_hub, socket, tell, watching


@pytest.fixture
def grid():
    return Grid()


@pytest.mark.asyncio
async def test_a_snapshot_is_one_string_and_updates_are_cells(grid):
    topic = grid.topic("r" * 500)
    async with open_hub() as hub:
        screen = await watching(hub, topic)

        await tell(get_channel_layer(), topic, grid.paint(topic, 12, "g"))
        await eventually(lambda: len(screen.frames) == 2)

    snapshot, update = map(orjson.loads, screen.frames)
    assert snapshot == {
        "type": "snapshot",
        "topic": topic,
        "seq": snapshot["seq"],
        "changes": [
            {
                "key": "grid",
                "kind": "grid_drawn",
                "version": 500,
                "value": {"drawing": "v1", "colours": "r" * 500},
            }
        ],
    }
    assert update == {
        "type": "update",
        "topic": topic,
        "seq": snapshot["seq"] + 1,
        "changes": [
            {
                "key": "cell.12",
                "kind": "cell_painted",
                "version": 2,
                "value": {"id": "row 1, 2", "colour": "green"},
            }
        ],
    }


@pytest.mark.asyncio
async def test_a_lost_change_is_healed_by_a_change_of_that_cell(grid, valkey):
    topic = grid.topic("r" * 500)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        grid.paint(topic, 499, "b")  # and nobody says so
        await eventually(lambda: look(screen.frames) == grid.letters(topic))

    assert screen.types == ["snapshot", "update"]
    [change] = orjson.loads(screen.frames[1])["changes"]
    assert (change["key"], change["version"]) == ("cell.499", 2)
    assert change["value"] == value_of(499, "b")


@pytest.mark.asyncio
async def test_a_letter_that_time_alone_has_changed_is_healed(grid, valkey):
    topic = grid.topic("r" * 500)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        grid.paint(topic, 3, "g", version=1)

        await eventually(lambda: look(screen.frames) == grid.letters(topic))
    assert screen.types == ["snapshot", "update"]


@pytest.mark.asyncio
async def test_another_drawing_is_told_by_a_snapshot(grid, valkey):
    topic = grid.topic("r" * 500)
    async with open_hub(layer=valkey.layer(), resync_every=0.5) as hub:
        screen = await watching(hub, topic)

        grid.name = "v2"
        await eventually(lambda: len(screen.frames) == 2)

    assert screen.types == ["snapshot", "snapshot"]
    assert orjson.loads(screen.frames[1])["changes"][0]["value"]["drawing"] == "v2"


@pytest.mark.asyncio
async def test_many_cells_at_once_are_told_by_a_snapshot_in_their_turn(grid):
    topic = grid.topic("r" * 500)
    async with open_hub() as hub:
        screen = await watching(hub, topic)

        await tell(get_channel_layer(), topic, *[grid.paint(topic, n, "g") for n in range(300)])
        await eventually(lambda: look(screen.frames) == grid.letters(topic))

    assert screen.types == ["snapshot", "snapshot"]
    assert screen.seqs == [screen.seqs[0], screen.seqs[0] + 1]
    assert len(screen.frames[1]) < 1000


@pytest.mark.asyncio
async def test_a_watcher_that_cannot_keep_up_is_skipped_and_then_gets_a_snapshot(grid):
    topic = grid.topic("r" * 500)
    async with open_hub() as hub:
        slow, quick = await watching(hub, topic), await watching(hub, topic)
        slow.stuck = True
        for number in range(3):
            await tell(get_channel_layer(), topic, grid.paint(topic, number, "b"))
            await eventually(lambda: look(quick.frames) == grid.letters(topic))
        assert len(slow.frames) == 1

        slow.recover()
        await eventually(lambda: look(slow.frames) == grid.letters(topic))
        await tell(get_channel_layer(), topic, grid.paint(topic, 7, "b"))
        await eventually(lambda: look(slow.frames) == grid.letters(topic))

    assert slow.types == ["snapshot", "snapshot", "update"]
    assert slow.seqs[2] == slow.seqs[1] + 1


@pytest.mark.asyncio
async def test_events_are_a_frame_a_change_and_html_is_nothing(grid):
    topic = grid.topic("r" * 500)
    async with open_hub() as hub:
        screen = await watching(hub, topic, Style("events"))
        silent = await watching_silently(hub, topic)
        changes = [grid.paint(topic, number, "b") for number in (1, 2)]
        await tell(get_channel_layer(), topic, *changes)
        await eventually(lambda: len(screen.frames) == 3)

    assert screen.types == ["grid_drawn", "cell_painted", "cell_painted"]
    first, second, _ = map(orjson.loads, screen.frames)
    assert first["data"]["colours"] == "r" * 500
    assert {"key", "version", "seq", "topic", "data"} <= second.keys()
    assert silent.frames == []


async def watching_silently(hub, topic):
    from tests.realtime.stage import Screen

    screen = Screen()
    hub.watch(screen.watcher, topic, Style("html", "en"))
    await eventually(lambda: not hub.feeds[topic]._newcomers)
    return screen


@pytest.mark.asyncio
async def test_a_socket_gets_the_string_and_an_unknown_topic_is_refused(grid):
    topic = grid.topic("rgb")
    async with open_hub(), socket(f"/ws/live?topics={topic},grid.unknown") as talk:
        frames = [await talk.receive_json_from() for _ in range(3)]

    said = {frame["type"]: frame for frame in frames}
    assert said["snapshot"]["changes"][0]["value"]["colours"] == "rgb"
    assert said["error"] == {"type": "error", "code": "unknown_topic", "topic": "grid.unknown"}


@pytest.mark.django_db
def test_polling_gives_the_same_string_with_an_etag(client, grid):
    topic = grid.topic("rrr")
    path = f"/api/live?topics={topic}"

    first = client.get(path)
    same = client.get(path, headers={"If-None-Match": first["ETag"]})
    grid.paint(topic, 1, "g")
    fresh = client.get(path, headers={"If-None-Match": first["ETag"]})

    [snapshot] = first.json()["snapshots"]
    [change] = snapshot["changes"]
    assert (change["key"], change["kind"], change["version"]) == ("grid", "grid_drawn", 3)
    assert change["value"] == {"drawing": "v1", "colours": "rrr"}
    assert same.status_code == 304
    assert fresh.json()["snapshots"][0]["changes"][0]["value"]["colours"] == "rgr"
    assert client.get(path + "&format=html").content == b""


def test_a_dense_kind_has_neither_fragments_nor_presence(grid):
    with pytest.raises(TypeError, match="dense"):
        Grid(fragments=lambda change: "")
    with pytest.raises(TypeError, match="dense"):
        Grid(presence=True)
    with pytest.raises(TypeError, match="dense"):
        TopicKind(prefix="grid", snapshot=lambda ident: [], dense=DENSE)


@pytest.mark.asyncio
async def test_a_dense_kind_that_gives_changes_cannot_be_read(grid):
    from realtime.snapshots import _seal

    kind = TopicKind(prefix="grid", snapshots=lambda idents: {}, dense=DENSE)

    with pytest.raises(TypeError, match="grid"):
        _seal(kind, [Change("a", "told", 1, 1)])
    with pytest.raises(TypeError, match="board"):
        _seal(TopicKind(prefix="board", snapshot=list), take_snapshot(grid.topic("r")))
