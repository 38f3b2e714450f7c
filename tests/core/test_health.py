import pytest
from django.core.cache import cache
from rq import SimpleWorker

from core import health, metrics

FAR_AWAY = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def worker(redis):
    """A worker that has just shown itself."""
    one = SimpleWorker(["ticks"], connection=redis)
    one.register_birth()
    return one


def test_is_alive_without_a_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_is_ready_when_worker_and_tick_are_there(client, worker):
    health.beat("tick")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["tick"]["age"] < 5


@pytest.mark.django_db
def test_is_unready_without_a_worker_and_says_so(client):
    health.beat("tick")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == {
        "ok": False,
        "reason": "no worker",
        "ms": answer.json()["worker"]["ms"],
    }


@pytest.mark.django_db
def test_is_unready_when_the_last_tick_is_long_ago(client, worker):
    cache.set("beat.tick", 1_000_000_000.0, timeout=None)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["tick"]["ok"] is False
    assert answer.json()["database"]["ok"] is True


def test_names_the_redis_that_is_gone(client, worker, settings):
    settings.REDIS_URL = "unix:///nowhere/at.all"

    report = health.survey(["redis", "worker", "tick"])

    assert report["redis"]["reason"] == "ConnectionError"
    assert report["worker"] == report["tick"] == {"ok": False, "reason": "no redis"}


@pytest.mark.django_db
def test_shows_metrics_to_this_machine_but_to_nobody_behind_a_proxy(client):
    here = client.get("/metrics")
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    far = client.get("/metrics", **FAR_AWAY)

    assert here.status_code == 200
    assert proxied.status_code == 403
    assert far.status_code == 403


@pytest.mark.django_db
def test_shows_metrics_to_who_brings_the_token(client, settings):
    settings.METRICS_TOKEN = "open sesame"

    right = client.get("/metrics", headers={"Authorization": "Bearer open sesame"}, **FAR_AWAY)
    wrong = client.get("/metrics", headers={"Authorization": "Bearer 열려라"}, **FAR_AWAY)

    assert right.status_code == 200
    assert wrong.status_code == 403


@pytest.mark.django_db
def test_shows_metrics_to_staff(client, django_user_model):
    operator = django_user_model.objects.create_user("operator", is_staff=True)
    client.force_login(operator)

    assert client.get("/metrics", **FAR_AWAY).status_code == 200


def test_counts_requests_by_the_pattern_of_their_address(client):
    client.get("/healthz")

    text = metrics.render().decode()

    assert 'jari_http_request_seconds_count{method="GET",route="healthz",status="2xx"}' in text


def test_no_metric_can_fail_a_request(caplog):
    numbers = metrics.counter("jari_test_wrong", "A counter with labels", ["colour"])

    numbers.add(shape="round")
    numbers.add(shape="round")

    assert [record.levelname for record in caplog.records] == ["WARNING"]
