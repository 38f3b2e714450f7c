"""Whether we are alive, ready, and what the numbers are: /healthz, /readyz, /metrics."""

import ipaddress
import logging
import time
from collections.abc import Callable, Iterable
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rq import Worker

from core import metrics
from core.redis import impatient

logger = logging.getLogger(__name__)

LONGEST_SILENCE = 15.0  # seconds without a tick
LONGEST_WORKER_SILENCE = 60.0

Facts = dict[str, Any]


class Unwell(Exception):
    """Something we need does not work."""


def beat(name: str) -> None:
    """Note that `name` (a tick) has just run."""
    cache.set(f"beat.{name}", time.time(), timeout=None)


def check_database() -> Facts:
    """Ask PostgreSQL something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {}


def check_redis() -> Facts:
    """Ask Redis something."""
    impatient(settings.REDIS_URL).ping()
    return {}


def check_worker() -> Facts:
    """See whether a worker has shown itself lately."""
    now = timezone.now().replace(tzinfo=None)
    workers = Worker.all(connection=impatient(settings.REDIS_URL))
    ages = [
        (now - worker.last_heartbeat.replace(tzinfo=None)).total_seconds()
        for worker in workers
        if worker.last_heartbeat
    ]
    alive = [age for age in ages if age < LONGEST_WORKER_SILENCE]
    if not alive:
        raise Unwell("no worker")
    return {"workers": len(alive)}


def check_tick() -> Facts:
    """See when the last tick ran."""
    last = cache.get("beat.tick")
    if last is None:
        raise Unwell("no tick yet")
    age = round(time.time() - last, 1)
    if age > LONGEST_SILENCE:
        raise Unwell(f"last tick {age} s ago")
    return {"age": age}


CHECKS: dict[str, Callable[[], Facts]] = {
    "database": check_database,
    "redis": check_redis,
    "worker": check_worker,
    "tick": check_tick,
}
STAND_ON_REDIS = {"worker", "tick"}


def survey(names: Iterable[str] = CHECKS) -> dict[str, Facts]:
    """Run these checks; where Redis is gone, what stands on it is not waited for."""
    report: dict[str, Facts] = {}
    for name in names:
        gone = name in STAND_ON_REDIS and not report.get("redis", {"ok": True})["ok"]
        report[name] = {"ok": False, "reason": "no redis"} if gone else examine(CHECKS[name])
    return report


def examine(check: Callable[[], Facts]) -> Facts:
    """Run one check; whatever it raises is its answer."""
    began = time.perf_counter()
    try:
        facts = {"ok": True, **check()}
    except Unwell as reason:
        facts = {"ok": False, "reason": str(reason)}
    except Exception as error:
        facts = {"ok": False, "reason": type(error).__name__}
    return facts | {"ms": round((time.perf_counter() - began) * 1000, 1)}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer: this process is alive."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether all that we lean on works: 200, or 503 and what does not."""
    report = survey()
    ready = all(facts["ok"] for facts in report.values())
    return JsonResponse(
        {"status": "ok" if ready else "unready", **report}, status=200 if ready else 503
    )


@require_safe
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Show the numbers to those who may see them."""
    if not may_see_metrics(request):
        return HttpResponse("Metrics take a METRICS_TOKEN or a staff session.\n", status=403)
    try:
        return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)
    except Exception:  # a killed process leaves a half-written file, a full disk none at all
        logger.exception("the metrics cannot be read")
        return HttpResponse("The metrics cannot be read.\n", status=503)


def may_see_metrics(request: HttpRequest) -> bool:
    """Let in who brings the token, who is on this very machine, and staff."""
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return came_from_this_machine(request) or bool(getattr(request.user, "is_staff", False))


def came_from_this_machine(request: HttpRequest) -> bool:
    """Tell whether no proxy and no network lies between; a proxy's word proves nothing."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
