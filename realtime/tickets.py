"""One-time tickets that sign a socket in: kept in Redis for half a minute, gone when used."""

import hashlib
import secrets
from functools import cache
from typing import cast

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from realtime.errors import TicketRefused, Unavailable

LIFETIME = 30  # seconds
LONGEST = 128


def issue_ticket(*, user_id: int) -> str:
    """Return a ticket that signs one socket in as `user_id`; raise `Unavailable` without Redis."""
    ticket = secrets.token_urlsafe(24)
    try:
        _redis().set(_key(ticket), user_id, ex=LIFETIME)
    except RedisError as problem:
        raise Unavailable from problem
    return ticket


def redeem_ticket(ticket: str) -> int:
    """Return the user id of `ticket` and make it worthless; raise `TicketRefused` if it is that."""
    if not ticket or len(ticket) > LONGEST:
        raise TicketRefused
    try:
        user_id = cast("bytes | None", _redis().getdel(_key(ticket)))
    except RedisError as problem:
        raise Unavailable from problem
    if user_id is None:
        raise TicketRefused
    return int(user_id)


def _key(ticket: str) -> str:
    return f"jari:live-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"


@cache
def _redis() -> Redis:
    """Return the client; its pool is safe across threads and forks."""
    client: Redis = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    return client
