from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.interleaving.theatre import Theatre

_told: list[str] = []


@pytest.fixture
def theatre(transactional_db: None) -> Iterator[Theatre]:
    """Six seats in a row, a clock, and two tabs that stop before each statement."""
    stage = Theatre()
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def tell() -> Callable[[Any], None]:
    """Have something said at the end of the tests, whether they pass or not."""
    return lambda said: _told.append(str(said))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _told:
        terminalreporter.section("orders of steps")
        terminalreporter.write_line("\n".join(_told))
