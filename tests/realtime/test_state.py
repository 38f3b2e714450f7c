from hypothesis import given
from hypothesis import strategies as some

from realtime.sealed import seal
from realtime.state import State
from realtime.topics import Change


def told(key, version, value=None):
    return seal(Change(key, "told", version, version if value is None else value))


@given(some.data())
def test_any_order_repetition_and_loss_ends_at_the_truth_once_it_is_read(data):
    history = [
        told(key, version)
        for key in "abc"
        for version in range(1, data.draw(some.integers(1, 6)) + 1)
    ]
    arrived = data.draw(some.lists(some.sampled_from(history), max_size=40))
    read_after = data.draw(some.integers(0, len(arrived)))
    truth = {change.key: change for change in history}

    state = State()
    for change in arrived[:read_after]:
        state.merge(change)
    state.begin_reading()
    for change in arrived[read_after:]:
        state.merge(change)
    state.replace(truth.values())

    assert state.held == truth


@given(some.lists(some.tuples(some.sampled_from("abc"), some.integers(1, 9)), max_size=40))
def test_merging_alone_keeps_the_newest_of_each_key(arrivals):
    state = State()

    for key, version in arrivals:
        state.merge(told(key, version))

    newest = {}
    for key, version in arrivals:
        newest[key] = max(version, newest.get(key, 0))
    assert {key: change.version for key, change in state.held.items()} == newest


def test_what_arrives_while_reading_is_not_undone_by_what_was_read():
    state = State()
    state.replace([told("a", 1)])

    state.begin_reading()
    state.merge(told("a", 3))
    state.merge(told("new", 1))
    state.replace([told("a", 2)])

    assert state.held == {"a": told("a", 3), "new": told("new", 1)}
    assert not state.renewed


def test_the_same_version_with_another_value_is_mended():
    state = State()
    state.merge(told("a", 2, "wrong"))

    state.begin_reading()
    mended = state.replace([told("a", 2, "right")])

    assert mended == 1
    assert state.take_news() == ("update", [told("a", 2, "right")])


def test_a_key_that_vanished_or_went_back_calls_for_a_snapshot():
    gone, back = State(), State()
    gone.replace([told("a", 1), told("b", 1)])
    back.replace([told("a", 5)])

    gone.begin_reading()
    gone.replace([told("a", 1)])
    back.begin_reading()
    back.replace([told("a", 2)])

    assert gone.renewed and back.renewed
    assert back.held == {"a": told("a", 2)}


def test_reading_what_is_known_is_no_news():
    state = State()
    state.replace([told("a", 1)])
    state.take_news()

    state.begin_reading()

    assert state.replace([told("a", 1)]) == 0
    assert not state.dirty and not state.renewed
