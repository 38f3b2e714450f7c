"""Redis as a request asks it: quickly or not at all."""

from functools import lru_cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Refused
from redis.retry import Retry

PATIENCE = 0.5  # seconds


@lru_cache(maxsize=4)
def impatient(url: str) -> Redis:
    """Return a client of the Redis at `url` that waits for no answer longer than `PATIENCE`.

    redis-py's own would try four times, with seconds between. One more try is enough, as the
    first may only find that a pooled connection has gone stale. Safe across threads and forks.
    """
    client: Redis = Redis.from_url(
        url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1, (Refused,)),
    )
    return client
