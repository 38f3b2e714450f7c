import tempfile

import pytest

from tests.queueing.lines import open_door
from tests.realtime.stage import Valkey


@pytest.fixture
def door(redis):
    """A line that is forced on, with room for ten."""
    return open_door(redis)


@pytest.fixture
def valkey():
    """A Valkey that a test may kill."""
    server = Valkey(tempfile.mkdtemp(prefix="jari-"))
    server.start()
    yield server
    server.close()
