"""Topics that are one string, a letter for each of very many cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from realtime.changes import JSON


@dataclass(frozen=True, slots=True)
class Dense:
    """How the cells of a kind of topics go over the wire, all of them and one by one.

    A snapshot is a single change: `key`, of `kind`, whose value is the header with the letters of
    all cells as `field`. Its version is the sum of the cells' versions, which each change of a cell
    makes larger. Cell n is published as the key `<cell_prefix><n>`, of `cell_kind`, and
    `letter_of(value)` is its letter, None for a value that makes no sense.
    """

    key: str
    kind: str
    field: str
    cell_prefix: str
    cell_kind: str
    letter_of: Callable[[JSON], str | None]

    def number_of(self, key: str) -> int | None:
        """Return the cell that `key` is the key of, None if it is none's."""
        digits = key.removeprefix(self.cell_prefix)
        if digits == key or not (digits.isascii() and digits.isdigit()):
            return None
        return int(digits)


@dataclass(frozen=True, slots=True)
class Cells:
    """The whole of a dense topic, as it was read.

    A letter is one of A-Z, a-z and 0-9. `value_of(number, letter)` makes what is published of a
    cell, whole: it is all that hubs know of one. It is called where nothing may wait or query.
    """

    header: Mapping[str, JSON]
    letters: str
    versions: Sequence[int]
    value_of: Callable[[int, str], JSON]
