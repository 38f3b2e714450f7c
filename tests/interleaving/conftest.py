from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.interleaving.theatre import Theatre
from ticketing import guards, steps

_told: list[str] = []


@pytest.fixture(autouse=True)
def nobody_before_the_sale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away who stands before the sale, and asks each second: a play has no other clock."""
    monkeypatch.setattr(guards, "SALE_GUARDS", [])
    monkeypatch.setattr(steps, "STEP_LISTENERS", [])


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
