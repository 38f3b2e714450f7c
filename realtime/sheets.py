"""The cells of a dense topic in memory: nine bytes each, however long their keys and values."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress, count
from operator import ne

import orjson

from realtime.changes import Change
from realtime.dense import Cells, Dense
from realtime.sealed import Sealed, seal


class Sheet:
    """A letter and a version for each cell, and what goes along with all of them."""

    __slots__ = ("_dense", "_value_of", "header", "letters", "total", "versions")

    def __init__(self, dense: Dense, cells: Cells) -> None:
        """Pack `cells`; raise ValueError where they make no sense."""
        self._dense = dense
        self._value_of = cells.value_of
        self.header = orjson.dumps(dict(cells.header), option=orjson.OPT_SORT_KEYS)
        self.letters = bytearray(cells.letters, "ascii")
        self.versions = array("q", cells.versions)
        self.total = sum(self.versions)
        if len(self.letters) != len(self.versions):
            raise ValueError("each cell has a letter and a version")
        if self.letters and not self.letters.isalnum():
            raise ValueError("a letter is one that JSON takes as it is")

    def __len__(self) -> int:
        return len(self.letters)

    def put(self, number: int, *, letter: int, version: int) -> None:
        """Let cell `number` be `letter`."""
        self.total += version - self.versions[number]
        self.letters[number] = letter
        self.versions[number] = version

    def fits(self, other: "Sheet") -> bool:
        """Tell whether cell by cell `other` is about the same."""
        return len(self) == len(other) and self.header == other.header

    def differing(self, other: "Sheet") -> set[int]:
        """Return the cells that are not the same in `other`, which fits."""
        return _differing(self.versions, other.versions) | _differing(self.letters, other.letters)

    def changes(self, numbers: Iterable[int]) -> list[Sealed]:
        """Return what is true of some cells, one by one."""
        return [self._change(number) for number in numbers]

    def whole(self) -> Sealed:
        """Return what is true of all cells, in one."""
        joint = b"," if len(self.header) > 2 else b""
        field = orjson.dumps(self._dense.field)
        value = b'%b%b%b:"%b"}' % (self.header[:-1], joint, field, bytes(self.letters))
        return Sealed(self._dense.key, self._dense.kind, self.total, value)

    def _change(self, number: int) -> Sealed:
        key = f"{self._dense.cell_prefix}{number}"
        value = self._value_of(number, chr(self.letters[number]))
        return seal(Change(key, self._dense.cell_kind, self.versions[number], value))


def _differing(mine: Sequence[int], others: Sequence[int]) -> set[int]:
    if mine == others:
        return set()  # almost always, and bytes are compared faster than numbers
    return set(compress(count(), map(ne, mine, others)))
