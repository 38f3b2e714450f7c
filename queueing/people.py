"""Who stands in a line: a short string, `u` and a user's id or `g` and the key of a guest.

A guest is known by a signed cookie. It says nothing about them, and admits to nothing.
"""

import re
import secrets

from queueing.proofs import read_facts, sign_facts

SALT = "queueing.guest"
COOKIE = "guest"
GUEST = re.compile(r"g[A-Za-z0-9_-]{22}")


def person_of_user(user_id: int) -> str:
    """Return who a user is in a line."""
    return f"u{user_id}"


def user_of_person(person: str) -> int | None:
    """Return the user that a person of a line is; None for a guest."""
    return int(person[1:]) if person.startswith("u") else None


def new_guest() -> str:
    """Return a guest whom nobody can guess."""
    return f"g{secrets.token_urlsafe(16)}"


def sign_guest(guest: str) -> str:
    """Return what the cookie of a guest holds."""
    return sign_facts(guest, salt=SALT)


def read_guest(text: str | None) -> str | None:
    """Return the guest in a cookie; None where we did not sign it."""
    if not text:
        return None
    try:
        (guest,) = read_facts(text, salt=SALT)
    except ValueError:
        return None
    return guest if GUEST.fullmatch(guest) else None
