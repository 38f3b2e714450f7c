"""A small cast: a round with three places; Alice, Bob and Charlie."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from core.invariants import breaches, known
from tests.voting.rounds import a_place, a_round, a_user
from voting.models import Place, Round


@pytest.fixture
def noodles(db: None) -> Place:
    return a_place("을지면옥")


@pytest.fixture
def soup(db: None) -> Place:
    return a_place("하동관")


@pytest.fixture
def pizza(db: None) -> Place:
    return a_place("피자 다리")


@pytest.fixture
def lunch(noodles: Place, soup: Place, pizza: Place) -> Round:
    """An open round, two choices each."""
    return a_round(noodles, soup, pizza, max_places=2)


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
