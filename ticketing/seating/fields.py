"""Reading a document field by field, so that all its errors are named and not just the first."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from ticketing.seating.limits import LARGEST, LONGEST_KEY, LONGEST_NAME, LONGEST_PART, Errors

KEY = re.compile(r"[A-Za-z0-9_.가-힣ㄱ-ㅎㅏ-ㅣ]+")  # "-" joins them to the key of a seat


@dataclass(frozen=True, slots=True)
class Reader:
    """One object of a document. What is wrong is noted in `errors`, and a stand-in returned."""

    value: dict[str, Any]
    place: str
    errors: Errors

    @classmethod
    def of(cls, value: Any, place: str, errors: Errors) -> "Reader":
        """Return a reader of `value`; one of an empty object that stays silent if it is none."""
        if isinstance(value, dict):
            return cls(value, place, errors)
        errors.append((place, _("This must be an object.")))
        return cls({}, place, [])

    def complain(self, sentence: str, **facts: object) -> None:
        """Note what is wrong with this object."""
        self.errors.append((self.place, sentence % facts if facts else sentence))

    def allow(self, fields: frozenset[str]) -> None:
        """Note each field that is not one of `fields`."""
        if self.value.keys() <= fields:
            return
        for unknown in sorted(map(str, self.value.keys() - fields)):
            self.complain(_("“%(field)s” is not known here."), field=unknown[:LONGEST_NAME])

    def key(self, field: str, *, not_among: set[str] | None = None) -> str:
        """Return a short name for addresses; add it to `not_among`, where none may be twice."""
        value = self._get(field)
        if value is None:
            return ""
        value = unicodedata.normalize("NFC", value) if isinstance(value, str) else ""
        if not KEY.fullmatch(value):
            self.complain(_("“%(field)s” must be letters, digits, “.” and “_” only."), field=field)
            return ""
        if len(value) > LONGEST_PART:
            self._complain_of_length(value, LONGEST_PART)
            return ""
        if not_among is not None:
            if value in not_among:
                self.complain(_("“%(key)s” is here twice."), key=value)
            not_among.add(value)
        return value

    def seat_key(self, section: str, row: str, label: str) -> str:
        """Return what a seat is called in its layout."""
        key = f"{section}-{row}-{label}"
        if len(key) > LONGEST_KEY:
            self._complain_of_length(key, LONGEST_KEY)
        return key

    def name(self, field: str, *, default: str | None = None) -> str:
        """Return a text for people, `default` where it is left out."""
        value = self.value.get(field, default) if default is not None else self._get(field)
        if value is None or value == default:
            return default or ""
        text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
        if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
            self.complain(
                _("“%(field)s” must be a text of 1 to %(longest)s characters."),
                field=field,
                longest=LONGEST_NAME,
            )
        return text

    def size(self, field: str) -> float:
        """Return a width or a height."""
        return self._number(field, least=1, most=LARGEST, otherwise=LARGEST)

    def point(self, size: tuple[float, float]) -> tuple[float, float]:
        """Return `x` and `y`, which must lie in a drawing of this size."""
        return (
            self._number("x", least=0, most=size[0], otherwise=0),
            self._number("y", least=0, most=size[1], otherwise=0),
        )

    def index(self, field: str, *, default: int, below: int) -> int:
        """Return a whole number from 0, `default` where it is left out."""
        value = self.value.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < below:
            self.complain(
                _("“%(field)s” must be a whole number below %(below)s."), field=field, below=below
            )
            return default
        return value

    def flag(self, field: str) -> bool:
        """Return whether `field` is true; left out it is not."""
        value = self.value.get(field, False)
        if not isinstance(value, bool):
            self.complain(_("“%(field)s” must be true or false."), field=field)
        return value is True

    def objects(self, field: str, *, optional: bool = False) -> Iterator["Reader"]:
        """Yield a reader of each object in the list `field`."""
        value = self.value.get(field, []) if optional else self._get(field)
        if value is None:
            return
        if not isinstance(value, list):
            self.complain(_("“%(field)s” must be a list."), field=field)
            return
        before = f"{self.place}.{field}" if self.place else field
        for index, one in enumerate(value):
            yield Reader.of(one, f"{before}[{index}]", self.errors)

    def _number(self, field: str, *, least: float, most: float, otherwise: float) -> float:
        value = self._get(field)
        if value is None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.complain(_("“%(field)s” must be a number."), field=field)
            return otherwise
        if not least <= value <= most or not isfinite(value):
            self.complain(
                _("“%(field)s” must lie between %(least)s and %(most)s."),
                field=field,
                least=f"{least:g}",
                most=f"{most:g}",
            )
            return otherwise
        return round(float(value), 2) + 0.0  # no minus zero, which would be another digest

    def _complain_of_length(self, key: str, longest: int) -> None:
        sentence = _("“%(key)s” is longer than %(longest)s characters.")
        self.complain(sentence, key=key[:LONGEST_NAME], longest=longest)

    def _get(self, field: str) -> Any:
        value = self.value.get(field)
        if value is None:
            self.complain(_("“%(field)s” is missing."), field=field)
        return value
