"""A metric can never fail a request: W1 of the faults that our predecessors had."""

import struct
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from core import metrics
from tests.security.serving import Visitor, Web, database_url

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Web]:
    """A web process that finds a file where its metrics should go."""
    process = Web(database=database_url())
    (process.folder / "metrics").write_text("in the way")
    with process:
        yield process


def test_pages_and_api_work_where_no_metric_can_be_written(web: Web) -> None:
    visitor = Visitor(web)

    for path in ("/", "/accounts/sign-in", "/api/events", "/healthz"):
        assert visitor.get(path).status == 200
    assert "a metric is lost" in web.said()


def test_the_list_of_metrics_says_that_it_is_broken(web: Web) -> None:
    assert web.ask("GET", "/metrics").status == 503


def test_a_half_written_file_breaks_nothing_else(client) -> None:
    broken = metrics.FOLDER / "counter_0.db"
    metrics.FOLDER.mkdir(exist_ok=True)
    broken.write_bytes(struct.pack("iii", 50, 0, 1000).ljust(100))  # an entry beyond its end
    try:
        assert client.get("/metrics").status_code == 503
        assert client.get("/api/events").status_code == 200
    finally:
        broken.unlink()
    assert client.get("/metrics").status_code == 200


def test_a_registry_that_refuses_is_not_heard_of_again(caplog: pytest.LogCaptureFixture) -> None:
    first = metrics.counter("jari_test_declared_twice", "So the registry refuses the second")
    second = metrics.counter("jari_test_declared_twice", "The second")
    first.add()

    second.add()
    second.add()

    assert [record.message[:16] for record in caplog.records] == ["a metric is lost"]
    REGISTRY.unregister(first._raw)
