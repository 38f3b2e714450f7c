"""What people write, before it is kept: no letters that break lines, databases or other screens."""

import re
import unicodedata

# Control characters and surrogates, and those that turn the direction of what comes after them.
UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)


def clean_line(words: str) -> str:
    """Return `words` in one line, single-spaced."""
    return " ".join(UNWANTED.sub("", unicodedata.normalize("NFC", words)).split())


def clean_text(words: str) -> str:
    """Return `words` with lines kept, no more than one empty one between them."""
    text = UNWANTED.sub("", unicodedata.normalize("NFC", words)).replace("\r\n", "\n")
    lines = [line.rstrip() for line in text.replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
