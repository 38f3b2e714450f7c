from collections.abc import Iterator

import pytest

from accounts.models import User
from core.invariants import breaches, known
from tests.builders import a_hold, a_ticket_type, a_user, an_event, pay
from tests.security.serving import Line, Web
from ticketing.models import Event, Reservation, TicketType


@pytest.fixture(scope="session")
def line(django_db_setup: None) -> Iterator[Line]:
    """A line from web processes to PostgreSQL."""
    one = Line()
    yield one
    one.close()


@pytest.fixture(scope="session")
def production(line: Line) -> Iterator[Web]:
    """A web process as in production, seen from behind its proxy, over `line`."""
    with Web(database=line.url(), production=True) as process:
        yield process


@pytest.fixture
def concert(db: None) -> Event:
    return an_event()


@pytest.fixture
def stalls(concert: Event) -> TicketType:
    return a_ticket_type(concert, name="R석", capacity=100)


@pytest.fixture
def alice(db: None) -> User:
    return a_user("alice", email="alice@example.com")


@pytest.fixture
def bob(db: None) -> User:
    return a_user("bob")


@pytest.fixture
def operator(db: None) -> User:
    return a_user("operator", is_staff=True, is_superuser=True)


@pytest.fixture
def confirmed(alice: User, stalls: TicketType) -> Reservation:
    """A reservation that Alice has paid for."""
    return pay(alice, a_hold(alice, {stalls: 1}))


@pytest.fixture(autouse=True)
def _audit(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test, what must never be false is true."""
    yield
    if {"db", "transactional_db"} & set(request.fixturenames):
        assert [breach for invariant in known() for breach in breaches(of=invariant)] == []
