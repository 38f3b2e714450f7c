"""What is pure needs no servers."""

import pytest


@pytest.fixture(autouse=True)
def redis() -> None:
    """Stand in for the Redis of the house: nothing here speaks to it."""
