import asyncio
import time

import pytest
from django.db import transaction
from rq import Queue

from realtime import publish as door
from realtime.outbox import Outbox
from realtime.publish import flush, publish
from realtime.topics import Change
from tests.realtime.stage import eventually, open_hub, watching
from tests.workers import work_off


class Letters:
    """Plays the channel layer for an outbox."""

    def __init__(self):
        self.sent = []
        self.takes = 0

    async def send(self, topic, changes, since):
        await asyncio.sleep(self.takes)
        self.sent.append((topic, [change.open() for change in changes]))


@pytest.fixture
def letters(monkeypatch):
    letters = Letters()
    outbox = Outbox(send=letters.send)
    monkeypatch.setattr(door, "_outbox", outbox)
    yield letters
    outbox.stop()


STOCK = Change("stock", "told", 2, {"available": 9})


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_before_the_commit(letters):
    with transaction.atomic():
        publish("board.1", [STOCK])
        assert flush(0.1)
        assert not letters.sent

    assert flush()
    assert letters.sent == [("board.1", [STOCK])]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_after_a_rollback(letters):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("board.1", [STOCK])
        1 / 0

    assert flush()
    assert not letters.sent


def test_outside_of_a_transaction_it_is_told_at_once_and_without_a_database(letters):
    publish("board.1", iter([STOCK]))

    assert flush()
    assert letters.sent == [("board.1", [STOCK])]


def test_a_value_that_is_not_json_is_a_bug(letters):
    with pytest.raises(TypeError):
        publish("board.1", [Change("stock", "told", 1, object())])


def test_what_is_published_is_what_was_true_then(letters):
    value = {"available": 9}
    publish("board.1", [Change("stock", "told", 2, value)])
    value["available"] = 0

    assert flush()
    assert letters.sent[0][1] == [STOCK]


def test_a_dead_redis_neither_fails_nor_delays_the_caller(valkey, monkeypatch, board):
    layer = valkey.layer()

    async def send(topic, changes, since):
        await layer.group_send(f"topic.{topic}", {"type": "changes", "topic": topic})

    outbox = Outbox(send=send)
    monkeypatch.setattr(door, "_outbox", outbox)
    publish("board.1", [STOCK])
    assert flush()
    valkey.kill()

    began = time.monotonic()
    for version in range(100):
        publish("board.1", [Change("stock", "told", version, version)])
    took = time.monotonic() - began

    assert took < 0.2
    assert flush()
    outbox.stop()


def test_a_thousand_publications_cost_little(letters):
    changes = [Change(f"ticket.{n}", "told", 1, {"available": n}) for n in range(5)]

    began = time.perf_counter()
    for _ in range(1000):
        publish("board.1", changes)

    assert (time.perf_counter() - began) / 1000 < 0.001


def a_job(topic):
    publish(topic, [Change("stock", "told", 2, 9)])


def test_a_worker_sends_what_its_job_published_before_it_goes_on(letters, redis):
    letters.takes = 0.3
    queue = Queue(connection=redis)
    queue.enqueue(a_job, "board.1")

    work_off(queue)

    assert letters.sent == [("board.1", [Change("stock", "told", 2, 9)])]


def test_what_is_published_reaches_a_screen(board):
    topic = board.topic(stock=10)

    async def look():
        async with open_hub() as hub:
            screen = await watching(hub, topic)
            await asyncio.to_thread(publish, topic, [board.set(topic, "stock", 2, 9)])
            await eventually(lambda: screen.shown == {"stock": 9})

    asyncio.run(look())
