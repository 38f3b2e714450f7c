"""The real PostgreSQL and the real Valkey for every test."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from redis import Redis

from config.embedded.lease import hold


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """Run the servers that DATABASE_URL and REDIS_URL do not name."""
    with hold(settings.VAR, settings.EMBEDDED, durable=False):
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None) -> None:
    """Have pytest-django make its database when the servers run."""


@pytest.fixture(scope="session")
def _empty_redis(servers: None) -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as connection:
        if connection.dbsize() and "valkey" not in settings.EMBEDDED:
            pytest.exit(f"The tests empty their Redis, and {settings.REDIS_URL} is not empty.")
        connection.flushdb()
        yield connection


@pytest.fixture(autouse=True)
def redis(_empty_redis: Redis) -> Iterator[Redis]:
    """Give each test the Redis that the whole house uses, empty."""
    yield _empty_redis
    _empty_redis.flushdb()
