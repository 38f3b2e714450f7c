"""The real PostgreSQL, the real Valkey, the whole product and a real browser."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from redis import Redis

from config.embedded.lease import hold
from queueing.rooms import forget_all
from tests.stack import Stack

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put browser tests last: Playwright leaves an event loop running, which Django minds."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "playwright" in fixtures:
            item.add_marker("browser")
        if "stack" in fixtures:
            item.add_marker("stack")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


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
            pytest.exit("The tests empty their Redis, and the one in REDIS_URL is not empty.")
        connection.flushdb()
        yield connection


@pytest.fixture(autouse=True)
def redis(_empty_redis: Redis) -> Iterator[Redis]:
    """Give each test the Redis that the whole house uses, empty."""
    yield _empty_redis
    _empty_redis.flushdb()


@pytest.fixture(autouse=True)
def no_memories() -> None:
    """Let no process remember a waiting room of the test before."""
    forget_all()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Run the whole product with its demo data, as `make up` does, in a fresh folder."""
    folder = settings.VAR / "stack"
    shutil.rmtree(folder, ignore_errors=True)
    whole = Stack(folder, demo=True)
    try:
        whole.start()
        yield whole
    finally:
        whole.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where this machine's Chromium is."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return found or pytest.exit("The browser tests need Chromium: make test installs it.")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium_path: str
) -> dict[str, Any]:
    """Have Playwright use this machine's Chromium."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium_path,
        "args": CHROMIUM_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def base_url() -> str:
    """Replace the plugin's own fixture, which pytest 9 warns about."""
    return ""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], stack: Stack) -> dict[str, Any]:
    """Let `page.goto("/")` open the whole product."""
    return {**browser_context_args, "base_url": stack.address}
