"""One-time tickets that sign a socket in: kept in Redis for half a minute, gone when used."""

import hashlib
import secrets
from typing import cast

from django.conf import settings
from redis.exceptions import RedisError

from core.redis import impatient
from realtime.errors import TicketRefused, Unavailable

LIFETIME = 30  # seconds
LONGEST = 128


def issue_ticket(*, user_id: int) -> str:
    """Return a ticket that signs one socket in as `user_id`; raise `Unavailable` without Redis."""
    ticket = secrets.token_urlsafe(24)
    try:
        impatient(settings.REDIS_URL).set(_key(ticket), user_id, ex=LIFETIME)
    except RedisError as problem:
        raise Unavailable from problem
    return ticket


def redeem_ticket(ticket: str) -> int:
    """Return the user id of `ticket` and make it worthless; raise `TicketRefused` if it is that."""
    if not ticket or len(ticket) > LONGEST:
        raise TicketRefused
    try:
        user_id = cast("bytes | None", impatient(settings.REDIS_URL).getdel(_key(ticket)))
    except RedisError as problem:
        raise Unavailable from problem
    if user_id is None:
        raise TicketRefused
    return int(user_id)


def _key(ticket: str) -> str:
    return f"jari:live-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
