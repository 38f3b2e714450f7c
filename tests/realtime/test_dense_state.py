"""What holds of the state of other topics holds of dense ones: they are told the same."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from realtime.dense_state import DenseState
from realtime.sealed import Sealed, seal
from realtime.sheets import Sheet
from realtime.state import State
from realtime.topics import Cells, Change
from tests.realtime.grids import DENSE, painted, value_of

SIZE = 400  # so large that a few cells are told one by one


def sheet(letters, versions, *, name="v1"):
    return Sheet(DENSE, Cells({"drawing": name}, letters, versions, value_of))


def a_state(letters="r" * SIZE, versions=None):
    state = DenseState(DENSE)
    state.begin_reading()
    state.replace(sheet(letters, versions or [1] * len(letters)))
    state.renewed = False
    return state


def held(state):
    """Return version and letter of each cell."""
    [whole] = state.whole()
    letters = orjson.loads(whole.value)["colours"]
    changes = [seal(painted(n, v, letters[n])) for n, v in enumerate(state._sheet.versions)]
    return {change.key: change for change in changes}


numbers = some.integers(0, 3)  # of so many cells, few change
news = some.tuples(some.just("merge"), numbers, some.integers(1, 9), some.sampled_from("rgb"))
readings = some.tuples(
    some.just("replace"),
    some.lists(some.tuples(some.integers(1, 9), some.sampled_from("rgb")), min_size=4, max_size=4),
)
steps = some.one_of(news, news, readings, some.just(("begin",)), some.just(("tell",)))


class Twins:
    """A dense and a plain state that live through the same."""

    def __init__(self):
        self.plain, self.dense = State(), DenseState(DENSE)
        self.begin()
        self.replace([])
        self.plain.renewed = True  # a plain one lets its feed say that it was just loaded
        self.tell()

    def merge(self, number, version, letter):
        change = seal(painted(number, version, letter))
        assert self.dense.merge(change) == self.plain.merge(change)

    def begin(self):
        self.dense.begin_reading()
        self.plain.begin_reading()

    def replace(self, cells):
        full = [*cells, *[(1, "r")] * (SIZE - len(cells))]
        read = sheet("".join(letter for _, letter in full), [version for version, _ in full])
        changes = [seal(painted(n, v, letter)) for n, (v, letter) in enumerate(full)]
        assert self.dense.replace(read) == self.plain.replace(changes)

    def tell(self):
        """Do what a feed does when it is time to."""
        assert self.dense.renewed == self.plain.renewed
        if self.plain.renewed:
            self.plain.renewed = self.dense.renewed = False
            self.plain.dirty.clear()
            self.dense.dirty.clear()
        else:
            ours, theirs = self.dense.take_news(), self.plain.take_news()
            assert ours.type == theirs.type == "update"
            assert sorted(ours.changes) == sorted(theirs.changes)

    def agree(self):
        assert held(self.dense) == self.plain.held
        assert self.dense._sheet.total == sum(self.dense._sheet.versions)


@given(some.lists(steps, max_size=40))
def test_dense_and_plain_agree_in_all_that_they_hold_and_tell(script):
    twins = Twins()

    for name, *details in script:
        getattr(twins, name)(*details)
        twins.agree()
    twins.tell()


@given(some.data())
def test_any_order_repetition_and_loss_ends_at_the_truth_once_it_is_read(data):
    last = data.draw(some.lists(some.integers(1, 6), min_size=1, max_size=4))
    letters = {(n, v): data.draw(some.sampled_from("rgb")) for n in range(4) for v in range(1, 7)}
    history = [(n, v) for n, most in enumerate(last) for v in range(1, most + 1)]
    arrived = data.draw(some.lists(some.sampled_from(history), max_size=40))
    read_after = data.draw(some.integers(0, len(arrived)))
    truth = "".join(letters[one] for one in enumerate(last))

    state = DenseState(DENSE)  # which may never have been read before
    for number, version in arrived[:read_after]:
        state.merge(seal(painted(number, version, letters[number, version])))
    state.begin_reading()
    for number, version in arrived[read_after:]:
        state.merge(seal(painted(number, version, letters[number, version])))
    state.replace(sheet(truth, last))

    assert held(state) == held(a_state(truth, last))


def test_what_comes_during_the_first_reading_is_not_lost():
    state = DenseState(DENSE)
    state.begin_reading()
    state.merge(seal(painted(2, 7, "b")))
    state.merge(seal(painted(2, 6, "g")))

    state.replace(sheet("rrrr", [1, 1, 6, 1]))

    [whole] = state.whole()
    assert orjson.loads(whole.value) == {"drawing": "v1", "colours": "rrbr"}
    assert whole.version == 10


def test_a_snapshot_is_one_change_whose_version_sums_up_those_of_all_cells():
    state = a_state("rgb", [1, 20, 300])

    before = state.whole()
    state.merge(seal(painted(0, 4, "g")))

    assert before == [Sealed("grid", "grid_drawn", 321, b'{"drawing":"v1","colours":"rgb"}')]
    assert state.whole() == [Sealed("grid", "grid_drawn", 324, b'{"drawing":"v1","colours":"ggb"}')]


def test_twenty_thousand_cells_are_twenty_thousand_bytes():
    [whole] = a_state("r" * 20_000, [123_456] * 20_000).whole()

    assert len(whole.value) < 20_100


def test_few_cells_are_told_one_by_one_and_many_all_at_once():
    state = a_state()

    for number in range(5):
        state.merge(seal(painted(number, 2, "g")))
    few = state.take_news()
    for number in range(50):
        state.merge(seal(painted(number, 3, "b")))
    many = state.take_news()

    assert few == ("update", [seal(painted(number, 2, "g")) for number in range(5)])
    assert many == ("snapshot", state.whole())
    assert not state.dirty


def test_another_header_or_number_of_cells_calls_for_a_snapshot():
    longer, renamed = a_state("rrr"), a_state("rrr")

    longer.replace(sheet("rrrr", [1, 1, 1, 1]))
    renamed.replace(sheet("rrr", [1, 1, 1], name="v2"))

    assert longer.renewed and renamed.renewed
    assert not longer.dirty and not renamed.dirty


def test_a_version_that_went_back_calls_for_a_snapshot():
    state = a_state("rrr", [5, 5, 5])

    assert state.replace(sheet("rgr", [5, 2, 5])) == 1

    assert state.renewed


def test_reading_what_is_known_is_no_news():
    state = a_state()

    assert state.replace(sheet("r" * SIZE, [1] * SIZE)) == 0
    assert not state.dirty and not state.renewed


@pytest.mark.parametrize(
    "change",
    [
        Change("cell.3", "cell_painted", 2, {"colour": "red"}),  # beyond the last
        Change("cell.99999999999999999999999", "cell_painted", 2, {"colour": "red"}),
        Change("cell.-1", "cell_painted", 2, {"colour": "green"}),
        Change("cell.²", "cell_painted", 2, {"colour": "green"}),
        Change("cell.", "cell_painted", 2, {"colour": "green"}),
        Change("1", "cell_painted", 2, {"colour": "green"}),
        Change("viewers.grid.1", "viewers_updated", 2, {"viewers": 2}),
        Change("cell.1", "cell_painted", 2, {"colour": "purple"}),
    ],
)
def test_what_is_no_cell_or_no_letter_is_left_alone(change):
    state = a_state("rrr")

    assert not state.merge(seal(change))

    assert held(state) == held(a_state("rrr"))
    assert not state.dirty


@pytest.mark.parametrize(
    ("letters", "versions"), [("rg", [1]), ('r"', [1, 1]), ("r\\", [1, 1]), ("자", [1])]
)
def test_cells_without_sense_are_refused(letters, versions):
    with pytest.raises(ValueError):
        sheet(letters, versions)
