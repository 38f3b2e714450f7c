import json
import logging

import pytest
from django.conf import settings

from core import logs
from core.middleware import request_id


@pytest.fixture
def _restore():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    logs.configure(settings.LOGGING)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_restore")
def test_writes_a_json_line_with_the_request_id(capsys):
    logs.configure({"level": "INFO", "readable": False})
    token = request_id.set("abc-1")

    logging.getLogger("ticketing").info("sold %s", 3)
    request_id.reset(token)

    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "sold 3"
    assert line["level"] == "INFO"
    assert line["logger"] == "ticketing"
    assert line["request_id"] == "abc-1"


@pytest.mark.usefixtures("_restore")
def test_writes_readable_lines_in_a_checkout(capsys):
    logs.configure({"level": "INFO", "readable": True})

    logging.getLogger("ticketing").info("sold %s", 3)

    assert capsys.readouterr().err.endswith("INFO    ticketing: sold 3\n")
