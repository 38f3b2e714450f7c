"""A small cast: a concert with three seats; Alice, Bob and Charlie."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from core.invariants import breaches, known
from tests.builders import a_ticket_type, a_user, an_event
from ticketing.models import Event, TicketType


@pytest.fixture
def concert(db: None) -> Event:
    return an_event()


@pytest.fixture
def stalls(concert: Event) -> TicketType:
    return a_ticket_type(concert, name="R석", capacity=3)


@pytest.fixture
def alice(db: None) -> User:
    return a_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return a_user("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return a_user("charlie")


@pytest.fixture(autouse=True)
def _audit(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that touched the database, what must never be false is true."""
    touches_database = {"db", "transactional_db"} & set(request.fixturenames)
    if touches_database:
        request.getfixturevalue(touches_database.pop())
    yield
    if touches_database or {"db", "transactional_db"} & set(request.fixturenames):
        broken = [breach for invariant in known() for breach in breaches(of=invariant)]
        assert broken == []
