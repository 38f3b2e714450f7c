"""Facts that people keep for us, signed, so that they can only be brought back as they were.

The text is `fact.fact.…:signature`. Every kind of proof has a salt of its own, so that none can be
offered as another. Django's signer compares in constant time, and reads what an older secret
signed (SECRET_KEY_FALLBACKS).
"""

from django.core.signing import BadSignature, Signer

LONGEST = 200  # characters; ours have about 80
BETWEEN = "."


def sign_facts(*facts: str | int, salt: str) -> str:
    """Return `facts` in a row, signed; none of them may hold a full stop."""
    return Signer(salt=salt).sign(BETWEEN.join(map(str, facts)))


def read_facts(text: str, *, salt: str) -> list[str]:
    """Return the facts that we signed; raise ValueError if we did not."""
    if len(text) > LONGEST:  # nobody may have us sign a book
        raise ValueError("too long to be ours")
    try:
        return Signer(salt=salt).unsign(text).split(BETWEEN)
    except BadSignature as error:
        raise ValueError("not signed by us") from error
