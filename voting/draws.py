"""The draw that settles a tie, and that anybody can work out again.

A round draws a seed when it is made, and shows the hash of it: the SHA-256, in hexadecimal digits,
of its 64 ASCII letters (`printf %s SEED | sha256sum`). When it is settled the seed is told. With
the public ids of the tied options in order (numbers by size, dates by day) the winner is number h
mod n of them, counted from 0, where h is the SHA-256, read as a big-endian number, of the ASCII
text `<seed>:<round>:<kind>:<ids joined by commas>`.
"""

import hashlib
import secrets
from collections.abc import Iterable

SEED_BYTES = 32


def make_seed() -> str:
    """Return a new secret, in hexadecimal digits."""
    return secrets.token_hex(SEED_BYTES)


def hash_of(seed: str) -> str:
    """Return what is told of `seed` while it is a secret."""
    return hashlib.sha256(seed.encode("ascii")).hexdigest()


def draw(ids: Iterable[str], *, seed: str, round_id: int, kind: str) -> str:
    """Return which of the tied options, by their public ids, wins."""
    tied = sorted(ids, key=lambda one: (len(one), one))  # numbers by size, dates by day
    text = f"{seed}:{round_id}:{kind}:{','.join(tied)}"
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return tied[int.from_bytes(digest, "big") % len(tied)]
