"""Refresh tokens: each is good once, and a second use ends the whole family.

One row is one signed-in app. Rotating replaces its digest by a conditional UPDATE, so of two
that present the same token one wins; the other, or a thief, finds the row but not the digest.
"""

import hashlib
import logging
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import InvalidToken
from accounts.models import RefreshToken, User

logger = logging.getLogger(__name__)

ID_BYTES, SECRET_BYTES = 16, 32


@transaction.atomic(durable=True)
def start_family(*, user: User, device: str) -> str:
    """Return the first refresh token of a newly signed-in app."""
    # The lock meets that of a password change: no token outlives the password it was given for.
    known = User.objects.select_for_update(no_key=True).filter(
        pk=user.pk, password=user.password, is_active=True
    )
    if not known.exists():
        raise InvalidToken
    secret = secrets.token_bytes(SECRET_BYTES)
    family = RefreshToken.objects.create(
        user=user,
        digest=_digest(secret),
        device=device[:200],
        expires_at=Now() + settings.REFRESH_TOKEN_LIFETIME,
    )
    return _token(family.pk, secret)


@transaction.atomic(durable=True)
def _rotate(family: uuid.UUID, secret: bytes, fresh: bytes) -> int | None:
    rows = RefreshToken.objects.filter(pk=family)
    # All conditions on the row itself: behind a join they would be judged as they were before
    # the wait for a rival's UPDATE, and both would win.
    active = User.objects.filter(is_active=True)
    good = rows.filter(digest=_digest(secret), expires_at__gt=Now(), user__in=active)
    if good.update(
        digest=_digest(fresh),
        rotated_at=Now(),
        expires_at=Now() + settings.REFRESH_TOKEN_LIFETIME,
    ):
        return rows.values_list("user_id", flat=True).get()
    num_ended, _ = rows.delete()
    if num_ended:
        logger.warning("refresh token used twice or too late: family %s ended", family)
    return None


def rotate(token: str) -> tuple[int, str]:
    """Return the user id and the next token; raise `InvalidToken` unless `token` is the newest."""
    family, secret = _parts(token)
    fresh = secrets.token_bytes(SECRET_BYTES)
    user_id = _rotate(family, secret, fresh)
    if user_id is None:
        raise InvalidToken
    return user_id, _token(family, fresh)


def end_family(token: str) -> None:
    """Sign out the app that holds `token`; one that is signed out already stays so."""
    try:
        family, secret = _parts(token)
    except InvalidToken:
        return
    RefreshToken.objects.filter(pk=family, digest=_digest(secret)).delete()


def _token(family: uuid.UUID, secret: bytes) -> str:
    return urlsafe_b64encode(family.bytes + secret).decode()


def _parts(token: str) -> tuple[uuid.UUID, bytes]:
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError as wrong:
        raise InvalidToken from wrong
    if len(raw) != ID_BYTES + SECRET_BYTES:
        raise InvalidToken
    return uuid.UUID(bytes=raw[:ID_BYTES]), raw[ID_BYTES:]


def _digest(secret: bytes) -> bytes:
    """Return what we keep of `secret`; it is random, so it needs neither salt nor slowness."""
    return hashlib.sha256(secret).digest()
