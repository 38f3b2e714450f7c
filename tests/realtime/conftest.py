import contextlib
import tempfile

import pytest

from realtime import topics
from realtime.publish import flush
from realtime.reading import close_connections
from tests.realtime.processes import House, Truth
from tests.realtime.stage import Source, Valkey


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Let each test register kinds of its own, and send what it published before it ends."""
    monkeypatch.setattr(topics, "_kinds", dict(topics._kinds))
    yield
    flush()
    close_connections()


@pytest.fixture
def board():
    """Topics that anyone may watch."""
    return Source("board", public=True)


@pytest.fixture
def diary():
    """Topics whose ident begins with the id of the one user who may watch them."""
    return Source("diary", may_watch=lambda user, ident: ident.startswith(f"{user.pk}_"))


@pytest.fixture
def house(settings, tmp_path, valkey):
    """Live processes of one's own, ended with the test."""
    with contextlib.ExitStack() as stack:
        yield House(settings, Truth(tmp_path), valkey, stack)


@pytest.fixture
def valkey():
    """A Valkey that a test may kill."""
    server = Valkey(tempfile.mkdtemp(prefix="jari-"))
    server.start()
    yield server
    server.close()
