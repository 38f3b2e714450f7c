"""What domain code says is now true."""

from dataclasses import dataclass
from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is now true of `key`: whole, and the same for every watcher.

    `version` comes from the row, so it follows commit order; an older one is dropped.
    """

    key: str
    kind: str
    version: int
    value: JSON
