"""What the record of a waiting room holds of each kind of thing that happens to its line."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from queueing.models.record import Kind


class Note(NamedTuple):
    """Something to be written down. `body` is JSON without fractions: their form is not one."""

    kind: Kind
    body: Mapping[str, Any]


def begun(*, epoch: int, after: int, lost: bool) -> Note:
    """Line `epoch` began in Redis, or again where it was `lost`; new numbers follow `after`."""
    return Note(Kind.BEGUN, {"epoch": epoch, "after": after, "lost": lost})


def joined(*, first: int, last: int) -> Note:
    """The numbers from `first` to `last` were given, in order of arrival."""
    return Note(Kind.JOINED, {"first": first, "last": last})


def called(*, epoch: int, version: int, numbers: Sequence[int], frontier: int) -> Note:
    """Those with `numbers` were let in, the head of the line first.

    `version` is the line's, after it: two workers may write down in another order than they called.
    """
    order = {"epoch": epoch, "version": version}
    return Note(Kind.CALLED, {**order, "numbers": list(numbers), "frontier": frontier})


def cleared(*, epoch: int, by: int) -> Note:
    """User `by` sent everybody away; the line that follows is `epoch`."""
    return Note(Kind.CLEARED, {"epoch": epoch, "by": by})


def admitted(*, quantity: int, by: int) -> Note:
    """User `by` had so many more let in at once, whatever the limits are."""
    return Note(Kind.ADMITTED, {"quantity": quantity, "by": by})


def removed(*, number: int | None, by: int) -> Note:
    """User `by` removed the person with `number`; None for somebody who never had one."""
    return Note(Kind.REMOVED, {"number": number, "by": by})


def sealed(*, seed_hash: str, opens_at: int | None) -> Note:
    """The seed of the next draw was settled, at `opens_at` (ms since 1970); this is its hash."""
    return Note(Kind.SEALED, {"seed_hash": seed_hash, "opens_at": opens_at})


def revealed(*, seed: str, count: int) -> Note:
    """The tickets from 1 to `count` drew for their places by `seed`, as `queueing.draw` says."""
    return Note(Kind.REVEALED, {"seed": seed, "count": count})


def configured(*, changes: Mapping[str, Any], by: int | None) -> Note:
    """User `by`, or the room itself, changed settings: their names, and what they are now."""
    return Note(Kind.CONFIGURED, {"changes": dict(changes), "by": by})
