"""What is true of one dense topic, as far as this process knows: `State` for very many cells."""

import orjson

from realtime.dense import Cells, Dense
from realtime.sealed import Sealed
from realtime.sheets import Sheet
from realtime.state import News

CHANGE_BYTES = 110  # of one cell in an update, about; in a snapshot it is one
HEAD_BYTES = 300


class DenseState:
    """Merges changes of cells with what was read, by the rules of `State`.

    The newest version of a cell wins, whatever the order; what is read wins over what was merged,
    but for newer versions that came while it was being read; a version that went back can only be
    told by a snapshot. Three things differ, as cells are numbered and all there from the first
    reading on: a cell beyond the last is nothing until it is read, another header or number of
    cells means another topic by the same name, and of a cell no more is kept than letter and
    version, so that what is told of it is made anew.
    """

    def __init__(self, dense: Dense) -> None:
        self.loaded = False
        self.seq = 0
        self.dirty: set[int] = set()  # cells that watchers have not been told of
        self.renewed = False
        self._dense = dense
        self._sheet = Sheet(dense, Cells({}, "", (), lambda number, letter: None))
        self._touched: dict[int, tuple[int, int]] = {}  # since reading began: version, letter

    def merge(self, change: Sealed) -> bool:
        """Take in `change` unless a version as new is known; return whether it was news."""
        number = self._dense.number_of(change.key)
        if number is None or change.version <= self._known(number)[0]:
            return False
        letter = self._dense.letter_of(orjson.loads(change.value))
        if letter is None:
            return False
        self._touched[number] = change.version, ord(letter)
        if number >= len(self._sheet):
            return False
        self._sheet.put(number, letter=ord(letter), version=change.version)
        self.dirty.add(number)
        return True

    def _known(self, number: int) -> tuple[int, int]:
        if number < len(self._sheet):
            return self._sheet.versions[number], self._sheet.letters[number]
        return self._touched.get(number, (-1, 0))

    def begin_reading(self) -> None:
        """Note that a snapshot is being read: what is merged from now on may be newer than it."""
        self._touched.clear()

    def replace(self, read: Sheet) -> int:
        """Take in what was read since `begin_reading`, and keep it; return how many it mended."""
        for number in self._touched:
            version, letter = self._known(number)
            if number < len(read) and version > read.versions[number]:
                read.put(number, letter=letter, version=version)
        known, self._sheet = self._sheet, read
        if not (self.loaded and read.fits(known)):
            self.loaded = self.renewed = True
            self.dirty.clear()
            return len(read)
        mended = read.differing(known)
        self.renewed |= any(read.versions[n] < known.versions[n] for n in mended)
        self.dirty.update(mended)
        return len(mended)

    def whole(self) -> list[Sealed]:
        """Return all that is true, for a snapshot."""
        return [self._sheet.whole()]

    def take_news(self) -> News:
        """Return what watchers have not been told of, or all where that is shorter; forget it."""
        numbers, self.dirty = self.dirty, set()
        if len(numbers) * CHANGE_BYTES > len(self._sheet) + HEAD_BYTES:
            return News("snapshot", self.whole())
        return News("update", self._sheet.changes(numbers))
