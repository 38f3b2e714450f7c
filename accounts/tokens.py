"""Access tokens: signed, short-lived, read with no query.

A JWT (RFC 7519, type `at+jwt` of RFC 9068) that says who, and nothing of what they may do:
roles are in the database. Keys are derived from SECRET_KEY; those of SECRET_KEY_FALLBACKS
are still read.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.errors import InvalidToken

ALGORITHM = "HS256"
TYPE = "at+jwt"
AUDIENCE = "jari"
SALT = "accounts.tokens.access"
LEEWAY = 5  # seconds by which the clocks of two machines may differ
LONGEST = 512  # characters; ours have about 200
LARGEST_ID = 2**63 - 1


def issue_access(user_id: int, *, lifetime: timedelta | None = None) -> str:
    """Return a token for `user_id`, good for `lifetime` (ACCESS_TOKEN_LIFETIME by default)."""
    now = datetime.now(UTC)
    expires_at = now + (settings.ACCESS_TOKEN_LIFETIME if lifetime is None else lifetime)
    claims = {"sub": str(user_id), "aud": AUDIENCE, "iat": now, "exp": expires_at}
    key = next(iter(_own_keys().values()))
    return jwt.encode(claims, key.secret, ALGORITHM, headers=key.header)


def read_access(token: str) -> int:
    """Return the user id in `token`; raise `InvalidToken` unless we signed it and it is good."""
    key = _own_keys().get(token.partition(".")[0])
    if key is None or len(token) > LONGEST:
        raise InvalidToken
    try:
        claims = jwt.decode(
            token,
            key.secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            leeway=LEEWAY,
            options={"require": ["sub", "aud", "iat", "exp"]},
        )
    except (jwt.PyJWTError, ValueError) as wrong:
        raise InvalidToken from wrong
    return _user_id(claims["sub"])


def _user_id(subject: str) -> int:
    if not (subject.isascii() and subject.isdecimal()) or int(subject) > LARGEST_ID:
        raise InvalidToken
    return int(subject)


class Key(NamedTuple):
    header: dict[str, str]
    secret: bytes


def _own_keys() -> dict[str, Key]:
    return _derived(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _derived(*secrets: str) -> dict[str, Key]:
    """Return a key for each of `secrets`, the one that signs first.

    Each is found by the whole first part of its tokens, which says algorithm, type and key: so
    another algorithm or type is no token of ours before anything of it is parsed.
    """
    keys = [_key(secret) for secret in secrets]
    return {jwt.encode({}, k.secret, ALGORITHM, k.header).partition(".")[0]: k for k in keys}


def _key(secret: str) -> Key:
    kid = salted_hmac(f"{SALT}.kid", "", secret=secret, algorithm="sha256").hexdigest()[:8]
    derived = salted_hmac(SALT, "", secret=secret, algorithm="sha256").digest()
    return Key({"typ": TYPE, "kid": kid}, derived)
