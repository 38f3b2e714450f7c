"""A small cast: a concert with three seats; Alice, Bob and Charlie."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from core.invariants import breaches, known
from tests.api_client import Api
from tests.builders import a_seated_event, a_ticket_type, a_user, an_event
from ticketing.models import Event, TicketType
from ticketing.seating.samples import make_plain_hall


@pytest.fixture
def concert(db: None) -> Event:
    return an_event()


@pytest.fixture
def stalls(concert: Event) -> TicketType:
    return a_ticket_type(concert, name="R석", capacity=3)


@pytest.fixture
def show(db: None) -> Event:
    """A concert with 14 seats in one row: ten, an aisle, and four; at most six for one person."""
    return a_seated_event(make_plain_hall(14), limit=6)


@pytest.fixture
def floor(show: Event) -> TicketType:
    """Where one stands at the concert with seats."""
    return a_ticket_type(show, name="Floor", capacity=5, price=30_000, max_per_person=4)


@pytest.fixture
def alice(db: None) -> User:
    return a_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return a_user("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return a_user("charlie")


@pytest.fixture
def as_alice(alice: User) -> Api:
    return Api(alice)


@pytest.fixture
def ask(as_alice: Api):
    return as_alice.ask


@pytest.fixture
def buyer(alice: User) -> Client:
    """Alice's browser, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(alice)
    return client


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
