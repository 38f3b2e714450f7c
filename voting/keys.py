"""Keys by which doubles are told: what people mean by a name, not how they type it."""

import unicodedata

SEPARATOR = "|"


def key_of(name: str) -> str:
    """Return `name` without case, width, spaces and punctuation; a name of signs stays itself."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(letter for letter in folded if letter.isalnum())
    return kept or "".join(folded.split())


def place_key(name: str, address: str) -> str:
    """Return the key of a place; what comes before `SEPARATOR` is that of its name."""
    return f"{key_of(name)}{SEPARATOR}{key_of(address)}"
