"""Many topics of a kind are read in one go, and one that cannot be read harms no other."""

import asyncio
import contextlib
import logging

import pytest

from realtime import snapshots
from realtime.topics import Change, TopicKind, UnknownTopic, register, take_snapshot
from tests.realtime.stage import BATCH, Screen, Source, eventually, open_hub, tell, watching

pytestmark = pytest.mark.asyncio

MANY = 300


class Library(Source):
    """Topics that are read together; notes which, reading by reading."""

    def __init__(self, prefix):
        super().__init__(prefix)
        self.readings = []
        self.bad = set()
        self.slow = set()  # with none, all are slow while the gate is shut
        register(TopicKind(prefix=prefix, public=True, snapshots=self.snapshots))

    def snapshots(self, idents):
        self.readings.append(set(idents))
        found = {ident: list(self.rows[ident].values()) for ident in idents if ident in self.rows}
        if not self.slow or self.slow & set(idents):
            self.gate.wait(10)
        if self.failing or self.bad & set(idents):
            raise ConnectionError("the database is down")
        return found

    def spoil(self, topic):
        """Let every reading fail that `topic` is part of."""
        self.bad.add(topic.partition(".")[2])


@pytest.fixture
def library():
    return Library("book")


@contextlib.asynccontextmanager
async def many_watched(library, **options):
    """Run a hub that watches many topics, a screen each."""
    async with open_hub(**options) as hub:
        screens = {}
        for _ in range(MANY):
            topic = library.topic(stock=10)
            screens[topic] = Screen()
            hub.watch(screens[topic].watcher, topic, BATCH)
        await eventually(lambda: all(screen.frames for screen in screens.values()), within=10)
        await eventually(lambda: hub._listener.joined == set(screens))
        yield hub, screens


def sell_unsaid(library, topics):
    for topic in topics:
        library.set(topic, "stock", 2, 9)


def all_show(screens, stock):
    return all(screen.shown == {"stock": stock} for screen in screens)


async def test_many_topics_are_healed_in_a_few_readings(library):
    async with many_watched(library, resync_every=60) as (hub, screens):
        library.readings.clear()
        sell_unsaid(library, screens)

        hub._resync_every = 4  # which all have waited for since they were opened, or soon will
        await eventually(lambda: all_show(screens.values(), 9), within=8)
        hub._resync_every = 60

    assert sum(map(len, library.readings)) == MANY
    assert max(map(len, library.readings)) <= snapshots.TOGETHER
    assert len(library.readings) <= 25


async def test_all_that_are_wanted_at_once_take_as_many_readings_as_it_must(library):
    async with many_watched(library, resync_every=60) as (hub, screens):
        library.readings.clear()
        sell_unsaid(library, screens)

        hub._refresh_all()
        await eventually(lambda: all_show(screens.values(), 9))

    assert sum(map(len, library.readings)) == MANY
    assert len(library.readings) <= MANY / snapshots.TOGETHER + snapshots.ABREAST


async def test_those_who_come_while_a_reading_goes_on_are_read_together(library):
    async with open_hub() as hub:
        library.gate.clear()
        screens = [Screen() for _ in range(100)]
        for screen in screens:
            hub.watch(screen.watcher, library.topic(stock=10), BATCH)
        await eventually(lambda: len(hub._listener.joined) == len(screens))
        library.gate.set()
        await eventually(lambda: all_show(screens, 10))

    assert len(library.readings) <= 2 * snapshots.ABREAST


async def test_an_unknown_topic_among_many_is_refused_alone(library):
    async with many_watched(library, resync_every=60) as (hub, screens):
        gone, screen = screens.popitem()
        library.remove(gone)
        sell_unsaid(library, screens)

        hub._refresh_all()
        await eventually(lambda: all_show(screens.values(), 9))

        assert '"unknown_topic"' in screen.frames[-1]
        assert set(hub.feeds) == set(screens)
    with pytest.raises(UnknownTopic) as refusal:
        take_snapshot(gone)
    assert refusal.value.facts == {"topic": gone}


async def test_a_topic_that_cannot_be_read_does_not_fail_the_others(library, caplog):
    async with many_watched(library, resync_every=60) as (hub, screens):
        bad = list(screens)[7]
        library.spoil(bad)
        sell_unsaid(library, screens)

        with caplog.at_level(logging.WARNING, "realtime"):
            hub._refresh_all()
            good = [screen for topic, screen in screens.items() if topic != bad]
            await eventually(lambda: all_show(good, 9))
        assert screens[bad].shown == {"stock": 10}
        assert [record.message for record in caplog.records if record.exc_info] == [
            f"Could not read {len(max(library.readings, key=len))} topics of book"
        ]

        library.bad.clear()
        await hub.feeds[bad].refresh()
        await eventually(lambda: screens[bad].shown == {"stock": 9})


async def test_a_source_that_is_away_is_not_asked_for_each_topic(library, caplog):
    async with many_watched(library, resync_every=60) as (hub, screens):
        library.readings.clear()
        library.failing = True
        sell_unsaid(library, screens)

        with caplog.at_level(logging.WARNING, "realtime"):
            hub._refresh_all()
            await asyncio.gather(*(feed.refresh() for feed in hub.feeds.values()))
        num_batches = MANY / snapshots.TOGETHER + snapshots.ABREAST
        assert len(library.readings) <= num_batches * (1 + snapshots.PATIENCE)
        assert len(caplog.records) <= num_batches * (1 + snapshots.PATIENCE)

        library.failing = False
        hub._refresh_all()
        await eventually(lambda: all_show(screens.values(), 9))


async def test_a_slow_reading_holds_up_no_other_topic(library):
    async with open_hub(resync_every=60) as hub:
        slow, others = library.topic(stock=10), [library.topic(stock=10) for _ in range(3)]
        library.slow.add(slow.partition(".")[2])
        library.gate.clear()
        hub.watch(Screen().watcher, slow, BATCH)
        await eventually(lambda: library.readings)

        for topic in others:
            await watching(hub, topic)

        assert not hub.feeds[slow]._state.loaded
        library.gate.set()


async def test_what_arrives_while_many_are_read_is_not_undone(library):
    async with many_watched(library, resync_every=60) as (hub, screens):
        num_readings = len(library.readings)
        library.gate.clear()
        hub._refresh_all()
        await eventually(lambda: len(library.readings) > num_readings)

        for topic in screens:
            await tell(hub._listener._layer, topic, library.set(topic, "stock", 2, 9))
        await eventually(lambda: all_show(screens.values(), 9), within=8)
        library.gate.set()
        await asyncio.gather(*(feed.refresh() for feed in hub.feeds.values()))

        assert all_show(screens.values(), 9)
        assert all(feed._state.held["stock"].version == 2 for feed in hub.feeds.values())


async def test_a_kind_may_be_read_one_by_one(board):
    topics = [board.topic(stock=10) for _ in range(5)]
    idents = [topic.partition(".")[2] for topic in topics]
    kind = TopicKind(prefix="board", snapshot=board.snapshot)

    found = kind.read([*idents, "nobody"])

    assert found == {ident: [Change("stock", "told", 1, 10)] for ident in idents}
    with pytest.raises(TypeError, match="need snapshot or snapshots"):
        TopicKind(prefix="board")
