"""The draw: who came before the opening gets a random place, and anybody can work it out again.

A seed is made in secret, and its hash is written down before anybody can know who will come. At
the opening the tickets are counted, and the seed is told. The number of each ticket follows from
ticket, count and seed alone, so that any number of workers give out the same numbers.

How, for tickets 1 to `count`: with a the least whole number whose square is at least `count`, and
x = ticket - 1, write x = a * left + right. Then 8 times, `turn` counting from 0: left and right
become right and (left + h) mod a, where h is the first 8 bytes, read as a big-endian number, of
the SHA-256 of the ASCII text `<seed>:<count>:<turn>:<right>`, all numbers in decimal. Repeat all
of it with the new x = a * left + right until x < `count`. The number is count + 1 + x: the numbers
that are drawn for follow the tickets, so that nobody ever had them before.

The hash of a seed is the SHA-256, in hexadecimal digits, of its 64 ASCII letters:
`printf %s SEED | sha256sum`.
"""

import hashlib
import math
import secrets

TURNS = 8
SEED_BYTES = 32


def make_seed() -> str:
    """Return a new secret, in hexadecimal digits."""
    return secrets.token_hex(SEED_BYTES)


def hash_of(seed: str) -> str:
    """Return what is told of `seed` while it is a secret."""
    return hashlib.sha256(seed.encode("ascii")).hexdigest()


def place_of(ticket: int, *, seed: str, count: int) -> int:
    """Return the number that `ticket` draws: each from `count` + 1 to twice `count` is drawn once.

    Raises ValueError for a ticket that is none of 1 to `count`.
    """
    if not 1 <= ticket <= count:
        raise ValueError(f"ticket {ticket} is none of {count}")
    side = math.isqrt(count - 1) + 1
    place = _shuffle(ticket - 1, side=side, key=f"{seed}:{count}")
    while place >= count:  # the square holds a few more than there are
        place = _shuffle(place, side=side, key=f"{seed}:{count}")
    return count + 1 + place


def _shuffle(place: int, *, side: int, key: str) -> int:
    """Return where `place` goes in a square of side times side: a Feistel network."""
    left, right = divmod(place, side)
    for turn in range(TURNS):
        digest = hashlib.sha256(f"{key}:{turn}:{right}".encode("ascii")).digest()
        left, right = right, (left + int.from_bytes(digest[:8], "big")) % side
    return side * left + right
