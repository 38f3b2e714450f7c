import pytest

from accounts.models import User
from tests.accounts.people import make_user


@pytest.fixture
def minji(db) -> User:
    return make_user("minji", email="Minji@example.com")
