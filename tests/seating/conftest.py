"""What is pure needs no servers, and what it says is compared in English."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def redis() -> None:
    """Stand in for the Redis of the house: nothing here speaks to it."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Have sentences in the language in which they are written."""
    with translation.override("en"):
        yield
