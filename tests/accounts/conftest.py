import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.people import make_user


@pytest.fixture
def client() -> Client:
    """Return a browser that asks for English, so that sentences can be compared."""
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def minji(db) -> User:
    return make_user("minji", email="Minji@example.com")
