import asyncio
import contextlib
import json
import logging
import threading
import time
from collections import Counter
from itertools import pairwise

import pytest
import websocket as client
from channels.layers import get_channel_layer
from django.conf import settings as house
from django.test import Client

from realtime import attendance
from realtime.badges import Badge, users_behind
from realtime.routing import websocket
from realtime.sign_in import Visitor
from realtime.tickets import issue_ticket
from realtime.topics import TopicKind
from realtime.watchers import Watcher
from tests.realtime.stage import (
    BATCH,
    Screen,
    Source,
    eventually,
    open_hub,
    serving,
    socket,
    tell,
    wait_for,
)
from tests.realtime.test_entry import a_user, an_entry, cookie_of, end_session, in_thread


class Steward:
    """Plays what wants to know who attends: it notes each call, and may fail or dawdle."""

    def __init__(self):
        self.calls = []  # (ident, names)
        self.times = []
        self.visits = []
        self.failing = False
        self.nameless = False
        self.gate = threading.Event()
        self.gate.set()
        self.gated = None  # the ident that waits at the gate
        self.going = Counter()
        self.most_at_once = 0

    def attended(self, ident, names):
        assert threading.current_thread() is not threading.main_thread()
        self.calls.append((ident, sorted(names)))
        self.times.append(time.monotonic())
        if self.failing:
            raise ConnectionError("nobody takes the roll")
        self.going[ident] += 1
        self.most_at_once = max(self.most_at_once, self.going[ident])
        if ident == self.gated:
            self.gate.wait(10)
        self.going[ident] -= 1

    def name_of(self, visit):
        assert threading.current_thread() is not threading.main_thread()
        self.visits.append(visit)
        if self.nameless:
            raise KeyError("a name")
        return f"u{visit.user_id}" if visit.user_id else visit.cookies.get("guest")

    def told(self, topic):
        """Return the names of each call for `topic`."""
        return [names for ident, names in self.calls if ident == topic.partition(".")[2]]

    def heard_of(self, topic, *names):
        return [*names] in self.told(topic)


@pytest.fixture
def steward():
    return Steward()


@pytest.fixture
def lobby(steward):
    """Topics whose watchers are attended to; the guest's cookie is their name."""
    return Source("lobby", public=True, attended=steward.attended, name_of=steward.name_of)


@pytest.fixture
def brisk(monkeypatch):
    """Let a beat come each second, and newcomers be told of at once."""
    monkeypatch.setattr(attendance, "EVERY", 1.0)
    monkeypatch.setattr(attendance, "SOON", (0.01, 0.05))


@pytest.fixture
def eager(monkeypatch):
    """Let newcomers be told of at once, and no beat come while a test lasts."""
    monkeypatch.setattr(attendance, "EVERY", 1000.0)
    monkeypatch.setattr(attendance, "SOON", (0.01, 0.05))


def visitor(cookie):
    return Visitor({"headers": [(b"cookie", cookie.encode())]})


def guest_screen(guest):
    """Return a screen in front of which `guest` sits."""
    screen = Screen()
    screen.watcher = Watcher(screen, visitor(f"guest={guest}"))
    return screen


@pytest.mark.asyncio
async def test_who_comes_is_told_of_within_two_seconds(lobby, steward):
    topic = lobby.topic(stock=10)
    async with open_hub(), socket(f"/ws/live?topics={topic}", cookie="guest=ann"):
        began = time.monotonic()

        await eventually(lambda: steward.told(topic) == [["ann"]])

    assert steward.times[0] - began < 2.0


@pytest.mark.asyncio
async def test_all_who_watch_are_told_of_again_and_again(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    path = f"/ws/live?topics={topic}"
    async with open_hub(), socket(path, cookie="guest=ann"):
        await eventually(lambda: steward.told(topic))

        async with socket(path, cookie="guest=bob"), socket(path, cookie="guest=ann"):
            await eventually(lambda: steward.told(topic).count(["ann", "bob"]) >= 3, within=5)
        del steward.calls[:]
        await eventually(lambda: len(steward.told(topic)) >= 3, within=5)

    assert steward.told(topic)[1:] == [["ann"]] * (len(steward.told(topic)) - 1)
    gaps = [later - sooner for sooner, later in pairwise(steward.times)]
    assert max(gaps) < attendance.EVERY + 0.2


@pytest.mark.asyncio
async def test_newcomers_are_told_of_alone_and_no_others_asked_again(lobby, steward, eager):
    topic = lobby.topic(stock=10)
    async with open_hub() as hub:
        for guest in ("ann", "bob"):
            hub.watch(guest_screen(guest).watcher, topic, BATCH)
            await eventually(lambda guest=guest: steward.told(topic)[-1:] == [[guest]])

    assert steward.told(topic) == [["ann"], ["bob"]]


@pytest.mark.asyncio
async def test_a_socket_is_asked_for_its_name_once(lobby, steward, brisk):
    one, other = lobby.topic(stock=10), lobby.topic(stock=10)
    async with open_hub(), socket("/ws/live", cookie="guest=ann; more=1") as talk:
        await talk.send_json_to({"type": "subscribe", "topic": one})
        await eventually(lambda: steward.heard_of(one, "ann"))
        await talk.send_json_to({"type": "subscribe", "topics": [one, other], "format": "events"})

        await eventually(lambda: steward.heard_of(other, "ann"))
        await eventually(lambda: len(steward.told(one)) >= 4, within=5)

    assert [visit.cookies["more"] for visit in steward.visits] == ["1"]


@pytest.mark.asyncio
async def test_who_has_no_name_attends_nothing(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    async with open_hub() as hub, socket(f"/ws/live?topics={topic}"):
        hub.watch(Screen().watcher, topic, BATCH)
        await eventually(lambda: steward.visits)
        await asyncio.sleep(1.5)  # in which a beat went by

    assert steward.calls == []
    assert len(steward.visits) == 1


@pytest.mark.asyncio
async def test_who_leaves_before_the_call_is_out(lobby, steward, eager, monkeypatch):
    monkeypatch.setattr(attendance, "SOON", (0.4, 0.5))
    topic = lobby.topic(stock=10)
    async with open_hub() as hub:
        ann, bob = guest_screen("ann"), guest_screen("bob")
        hub.watch(ann.watcher, topic, BATCH)
        hub.watch(bob.watcher, topic, BATCH)
        hub.leave(ann.watcher)

        await eventually(lambda: steward.calls)

    assert steward.told(topic) == [["bob"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["session", "ticket"])
def test_who_signed_in_attends_as_that_user(lobby, steward, eager, way):
    alice, bob = a_user(), a_user("bob")
    topic = lobby.topic(stock=10)
    path, cookie = f"/ws/live?topics={topic}", f"guest=ann; {cookie_of(alice)}"
    if way == "ticket":
        path, cookie = f"{path}&ticket={issue_ticket(user_id=alice.pk)}", cookie_of(bob)

    async def attend():
        async with open_hub(), socket(path, cookie=cookie):
            await eventually(lambda: steward.calls)

    asyncio.run(attend())
    assert steward.told(topic) == [[f"u{alice.pk}"]]


@pytest.mark.django_db
def test_all_who_signed_in_are_found_in_one_query(django_assert_num_queries):
    users = [a_user(f"user{number}") for number in range(5)]
    badges = [visitor(cookie_of(user)).badge for user in users]
    users[4].is_active = False
    users[4].save()

    with django_assert_num_queries(1):
        found = users_behind([*badges, Badge(session="nosuchsession"), Badge(user_id=7), Badge()])

    assert found == {
        **{badge: user.pk for badge, user in zip(badges[:4], users[:4], strict=True)},
        Badge(user_id=7): 7,
    }


@pytest.mark.django_db(transaction=True)
def test_who_signs_out_attends_nothing_any_more(lobby, diary, steward, brisk, monkeypatch):
    monkeypatch.setattr("realtime.rights.CHECK_EVERY", 0.2)
    alice, topic = a_user(), lobby.topic(stock=10)
    path = f"/ws/live?topics={topic},{an_entry(diary, alice)}"
    cookie = f"guest=ann; {cookie_of(alice)}"

    async def look():
        async with open_hub(), socket(path, cookie=cookie) as talk:
            await eventually(lambda: steward.heard_of(topic, f"u{alice.pk}"))
            await asyncio.to_thread(in_thread, end_session, alice)
            while (await talk.receive_json_from(timeout=3)).get("code") != "not_signed_in":
                pass
            num_calls = len(steward.calls)
            await asyncio.sleep(1.5)  # in which a beat went by
            return steward.calls[num_calls:]

    assert asyncio.run(look()) == []


@pytest.mark.asyncio
async def test_one_call_a_topic_goes_on_at_a_time_and_holds_up_nothing_else(
    lobby, steward, brisk, board
):
    slow, quick = lobby.topic(stock=10), lobby.topic(stock=10)
    steward.gated = slow.partition(".")[2]
    steward.gate.clear()
    async with open_hub() as hub:
        ann, bob = guest_screen("ann"), guest_screen("bob")
        hub.watch(ann.watcher, slow, BATCH)
        await eventually(lambda: steward.told(slow))
        hub.watch(bob.watcher, slow, BATCH)
        hub.watch(bob.watcher, quick, BATCH)

        await eventually(lambda: len(steward.told(quick)) >= 3, within=5)
        began = time.monotonic()
        await tell(get_channel_layer(), slow, lobby.set(slow, "stock", 2, 9))
        await eventually(lambda: ann.shown == {"stock": 9}, within=0.5)
        assert time.monotonic() - began < 0.5
        assert steward.told(slow) == [["ann"]]

        steward.gate.set()
        await eventually(lambda: steward.heard_of(slow, "ann", "bob"))
    assert steward.most_at_once == 1


@pytest.mark.asyncio
async def test_a_call_that_fails_is_logged_and_made_again(lobby, steward, brisk, caplog):
    topic = lobby.topic(stock=10)
    steward.failing = True
    with caplog.at_level(logging.WARNING, "realtime.attendance"):
        async with open_hub() as hub:
            ann = guest_screen("ann")
            hub.watch(ann.watcher, topic, BATCH)
            await eventually(lambda: len(steward.calls) >= 3, within=5)
            await tell(get_channel_layer(), topic, lobby.set(topic, "stock", 2, 9))
            await eventually(lambda: ann.shown == {"stock": 9}, within=0.5)

            steward.failing, num_calls = False, len(steward.calls)
            await eventually(lambda: len(steward.calls) > num_calls + 1, within=5)
            num_failed = len(caplog.records)
            steward.failing = True
            await eventually(lambda: len(caplog.records) > num_failed, within=5)

    traces = [record.exc_info is not None for record in caplog.records]
    assert num_failed >= 3
    assert traces[: num_failed + 1] == [True] + [False] * (num_failed - 1) + [True]


@pytest.mark.asyncio
async def test_who_cannot_be_named_spoils_no_call_and_is_asked_again(lobby, steward, brisk, caplog):
    topic = lobby.topic(stock=10)
    async with open_hub() as hub:
        hub.watch(guest_screen("ann").watcher, topic, BATCH)
        await eventually(lambda: steward.calls)
        steward.nameless = True
        hub.watch(guest_screen("bob").watcher, topic, BATCH)
        await eventually(lambda: len(steward.visits) >= 3, within=5)
        assert not steward.heard_of(topic, "ann", "bob")

        num_calls = len(steward.calls)
        await eventually(lambda: len(steward.calls) > num_calls, within=5)
        steward.nameless = False

        await eventually(lambda: steward.heard_of(topic, "ann", "bob"), within=5)
    assert "Could not name a visitor of lobby" in caplog.text


@pytest.mark.asyncio
async def test_without_a_database_those_who_have_names_are_told_of(lobby, steward, brisk, caplog):
    """This test has no database, so whom a session's cookie names cannot be found out."""
    topic = lobby.topic(stock=10)
    session = f"{house.SESSION_COOKIE_NAME}=abcdefgh"
    async with open_hub() as hub:
        hub.watch(guest_screen("ann").watcher, topic, BATCH)
        await eventually(lambda: steward.calls)
        async with socket(f"/ws/live?topics={topic}", cookie=f"guest=bob; {session}"):
            await eventually(lambda: "Could not name who attends" in caplog.text, within=5)

            num_calls = len(steward.calls)
            await eventually(lambda: len(steward.calls) >= num_calls + 2, within=5)

    assert steward.calls[-1][1] == ["ann"]


@pytest.mark.asyncio
async def test_a_topic_that_does_not_exist_is_never_attended(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    lobby.failing = True  # so that nobody knows yet
    async with open_hub(resync_every=0.3) as hub:
        screen = guest_screen("ann")
        hub.watch(screen.watcher, topic, BATCH)
        await asyncio.sleep(1.5)
        lobby.remove(topic)
        await eventually(lambda: '"unknown_topic"' in "".join(screen.frames))
        await asyncio.sleep(1.2)

        assert hub._rolls == {}
    assert steward.calls == steward.visits == []


@pytest.mark.asyncio
async def test_other_topics_have_no_roll(board, lobby, steward, brisk):
    topic = board.topic(stock=10)
    async with open_hub() as hub, socket(f"/ws/live?topics={topic}", cookie="guest=ann"):
        await eventually(lambda: topic in hub.feeds)
        await asyncio.sleep(1.2)

        assert hub._rolls == {}
        assert len(hub._runs[topic]) == 1
    assert steward.visits == []


@pytest.mark.asyncio
async def test_a_topic_that_nobody_watches_is_called_no_more(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    async with open_hub(linger=1.5) as hub:
        screen = guest_screen("ann")
        hub.watch(screen.watcher, topic, BATCH)
        await eventually(lambda: steward.calls)

        hub.leave(screen.watcher)
        await eventually(lambda: topic not in hub.feeds, within=5)
        assert hub._rolls == {}

        num_calls = len(steward.calls)
        hub.watch(screen.watcher, topic, BATCH)
        await eventually(lambda: len(steward.calls) > num_calls)
    assert steward.told(topic) == [["ann"]] * len(steward.calls)


@pytest.mark.asyncio
async def test_many_topics_do_not_come_at_once(lobby, steward, monkeypatch):
    monkeypatch.setattr(attendance, "EVERY", 3.0)
    monkeypatch.setattr(attendance, "SOON", (0.01, 0.02))
    topics = [lobby.topic(stock=10) for _ in range(80)]
    async with open_hub() as hub:
        for topic in topics:
            hub.watch(guest_screen("ann").watcher, topic, BATCH)
        await eventually(lambda: len(steward.calls) >= 240, within=10)

    beats = steward.times[80:]
    assert max(sum(at <= other < at + 0.2 for other in beats) for at in beats) <= 40
    assert all(len(steward.told(topic)) in {2, 3, 4} for topic in topics)


@pytest.mark.asyncio
async def test_five_thousand_watchers_do_not_block_the_loop(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    async with open_hub() as hub:
        hub.watch(guest_screen("first").watcher, topic, BATCH)
        await eventually(lambda: steward.calls)
        for number in range(5000):
            hub.watch(guest_screen(f"g{number}").watcher, topic, BATCH)
            if number % 50 == 0:
                await asyncio.sleep(0)
        await eventually(lambda: len(steward.visits) == 5001, within=10)
        await eventually(lambda: len(steward.calls[-1][1]) == 5001, within=10)
        turns = Turns()
        async with turns.watched():
            num_calls = len(steward.calls)
            await eventually(lambda: len(steward.calls) >= num_calls + 3, within=10)

    assert [len(names) for names in steward.told(topic)[-3:]] == [5001] * 3
    assert 0 < turns.longest < 0.1, "2 ms is what it takes where nothing else goes on"


class Turns:
    """Notes for how long, of processor time, others wait for their turn in an event loop."""

    longest = 0.0

    @contextlib.asynccontextmanager
    async def watched(self):
        task = asyncio.create_task(self._look())
        yield
        task.cancel()

    async def _look(self):
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.thread_time() - began)


@pytest.mark.asyncio
async def test_a_foreign_cookie_hides_no_other(lobby, steward, eager):
    topic = lobby.topic(stock=10)
    cookie = 'shop={"a": [1, 2]}; guest=ann; odd; =x'
    async with open_hub(), socket(f"/ws/live?topics={topic}", cookie=cookie):
        await eventually(lambda: steward.calls)

    assert steward.told(topic) == [["ann"]]


@pytest.mark.django_db(transaction=True)
def test_a_made_up_session_spoils_nobody_elses_name(lobby, steward, eager):
    topic, name, alice = lobby.topic(stock=10), house.SESSION_COOKIE_NAME, a_user()
    path, signed_in = f"/ws/live?topics={topic}", cookie_of(alice)

    async def attend():
        odd = rf'{name}="\000\001"; guest=odd'
        stale = f"{name}=nosuchsession; guest=stale"
        async with (
            open_hub(),
            socket(path, cookie=odd),
            socket(path, cookie=stale),
            socket(path, cookie=signed_in),
        ):
            await eventually(lambda: sum(len(names) for _, names in steward.calls) == 3)

    asyncio.run(attend())
    assert sorted(name for names in steward.told(topic) for name in names) == sorted(
        ["odd", "stale", f"u{alice.pk}"]
    )


def test_who_polls_attends_nothing(lobby, steward, eager):
    topic = lobby.topic(stock=10)

    answer = Client(headers={"cookie": "guest=ann"}).get("/api/live", {"topics": topic})

    assert answer.status_code == 200
    assert steward.visits == steward.calls == []


def test_a_socket_at_a_real_server_attends_until_it_is_gone(lobby, steward, brisk):
    topic = lobby.topic(stock=10)
    with serving(websocket) as server:
        address = f"ws://127.0.0.1:{server.port}/ws/live?topics={topic}"
        ann = client.create_connection(address, cookie="guest=ann", timeout=5)
        bob = client.create_connection(address, cookie="guest=bob", timeout=5)
        assert json.loads(ann.recv())["type"] == "connection_ack"
        wait_for(lambda: steward.heard_of(topic, "ann", "bob"))

        bob.sock.close()  # as a computer that is switched off, but for the FIN
        wait_for(lambda: steward.told(topic)[-1] == ["ann"])

        ann.shutdown()
        bob.shutdown()


def test_a_kind_gives_both_or_neither(steward):
    with pytest.raises(TypeError, match="attended and name_of"):
        TopicKind(prefix="lobby", snapshot=list, attended=steward.attended)
