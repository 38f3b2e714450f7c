import asyncio
import logging
import os
import threading
import time

import pytest

from realtime.outbox import Outbox
from realtime.sealed import seal
from realtime.topics import Change


def told(key, version):
    return seal(Change(key, "told", version, version))


class Layer:
    """A channel layer that notes what it was sent, may fail and may hang."""

    def __init__(self):
        self.sent = []
        self.failures = []
        self.open = threading.Event()
        self.open.set()

    async def send(self, topic, changes, since):
        await asyncio.to_thread(self.open.wait, 10)
        if self.failures:
            raise self.failures.pop()
        self.sent.append((time.monotonic(), topic, changes))


@pytest.fixture
def layer():
    return Layer()


@pytest.fixture
def outbox(layer):
    box = Outbox(send=layer.send, capacity=10)
    yield box
    layer.open.set()
    box.stop()


def test_what_comes_first_goes_at_once(outbox, layer):
    began = time.monotonic()
    outbox.put("board.1", [told("a", 1)])

    assert outbox.flush(1)
    assert layer.sent[0][0] - began < 0.015
    assert layer.sent[0][1:] == ("board.1", [told("a", 1)])


def test_only_the_newest_version_of_each_key_is_sent(outbox, layer):
    layer.open.clear()
    outbox.put("board.1", [told("a", 1)])
    while outbox._waiting:
        time.sleep(0.001)

    for version in (2, 4, 3):
        outbox.put("board.1", [told("a", version), told("b", 1)])
    layer.open.set()

    assert outbox.flush(1)
    assert [changes for _, _, changes in layer.sent[1:]] == [[told("a", 4), told("b", 1)]]


def test_a_topic_is_sent_at_most_every_twenty_milliseconds(outbox, layer):
    began = time.monotonic()
    for version in range(1, 400):
        outbox.put("board.1", [told("a", version)])
        time.sleep(0.001)
    took = time.monotonic() - began

    assert outbox.flush(1)
    assert len(layer.sent) <= took / 0.02 + 2
    assert layer.sent[-1][2] == [told("a", 399)]


def test_one_topic_does_not_wait_for_another(outbox, layer):
    outbox.put("board.1", [told("a", 1)])
    outbox.put("board.2", [told("a", 1)])

    assert outbox.flush(0.015)
    assert {topic for _, topic, _ in layer.sent} == {"board.1", "board.2"}


def test_a_first_failure_is_tried_again_and_a_second_given_up(outbox, layer, caplog):
    layer.failures = [ConnectionError("stale")]
    outbox.put("board.1", [told("a", 1)])
    assert outbox.flush(1)
    assert len(layer.sent) == 1

    layer.failures = [ConnectionError("dead"), ConnectionError("stale")]
    with caplog.at_level(logging.WARNING):
        outbox.put("board.1", [told("a", 2)])
        assert outbox.flush(1)
    assert len(layer.sent) == 1
    assert "could not be published" in caplog.text

    outbox.put("board.1", [told("a", 3)])
    assert outbox.flush(1)
    assert layer.sent[-1][2] == [told("a", 3)]


def test_a_redis_that_hangs_neither_delays_the_caller_nor_fills_the_memory(outbox, layer):
    layer.open.clear()

    began = time.monotonic()
    for number in range(1000):
        outbox.put("board.1", [told(f"key {number}", 1)])
    took = time.monotonic() - began

    assert took < 0.5
    assert outbox._num_waiting <= 10
    assert not outbox.flush(0.05)


def test_a_fork_starts_with_an_outbox_of_its_own(board, valkey):
    from realtime import publish

    before = publish._outbox
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        fresh = publish._outbox is not before
        publish.publish("board.1", [Change("a", "told", 1, 1)])
        sent = publish.flush(2)
        os.write(write_end, b"ok" if fresh and sent else b"no")
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as answer:
        assert answer.read() == b"ok"
