"""How rows and seats are counted in halls."""

from collections.abc import Callable
from string import ascii_uppercase
from typing import Literal

Numbering = Literal["left", "right", "centre", "odd-even"]

SYLLABLES = "가나다라마바사아자차카타파하"


def count_rows(first: str, count: int) -> list[str]:
    """Return `count` row keys from `first` on: “1” counts, “A” spells, “가” does so in Korean."""
    if first.isdecimal():
        return [str(int(first) + step) for step in range(count)]
    for alphabet in (ascii_uppercase, SYLLABLES):
        if set(first) <= set(alphabet):
            start = _ordinal(first, alphabet)
            return [_spell(start + step, alphabet) for step in range(count)]
    raise ValueError(first)


def number_seats(count: int, numbering: Numbering = "left", *, first: int = 1) -> list[str]:
    """Return the labels of a row, left to right as drawn.

    left: 1 2 3 4 · right: 4 3 2 1 · odd-even: 3 1 2 4 · centre: L2 L1 R1 R2, an odd one right.
    """
    return NUMBERINGS[numbering](count, first)


def _from_left(count: int, first: int) -> list[str]:
    return [str(first + step) for step in range(count)]


def _from_right(count: int, first: int) -> list[str]:
    return _from_left(count, first)[::-1]


def _odds_and_evens(count: int, first: int) -> list[str]:
    odd = [str(first + 2 * step) for step in range((count + 1) // 2)]
    even = [str(first + 2 * step + 1) for step in range(count // 2)]
    return odd[::-1] + even


def _from_centre(count: int, first: int) -> list[str]:
    left = [f"L{first + step}" for step in range(count // 2)]
    return left[::-1] + [f"R{first + step}" for step in range((count + 1) // 2)]


def _ordinal(word: str, alphabet: str) -> int:
    number = 0
    for letter in word:
        number = number * len(alphabet) + alphabet.index(letter) + 1
    return number


def _spell(number: int, alphabet: str) -> str:
    word = ""
    while number:
        number, rest = divmod(number - 1, len(alphabet))
        word = alphabet[rest] + word
    return word


NUMBERINGS: dict[Numbering, Callable[[int, int], list[str]]] = {
    "left": _from_left,
    "right": _from_right,
    "centre": _from_centre,
    "odd-even": _odds_and_evens,
}
