"""Numbers for operators. A thin face over prometheus_client that can never fail a request.

Every process of one machine writes into files below `var/metrics`, so that /metrics of any web
process adds up web, live and worker. The supervisor empties the folder before it starts them.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest, values
from prometheus_client import Counter as RawCounter
from prometheus_client import Gauge as RawGauge
from prometheus_client import Histogram as RawHistogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

logger = logging.getLogger(__name__)

FOLDER = Path(settings.VAR) / "metrics"
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

try:
    FOLDER.mkdir(parents=True, exist_ok=True)  # other libraries make metrics when they load
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(FOLDER)  # the library knows no other way
except OSError as error:
    logger.warning("metrics stay in their process: %s", error)
values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


class Metric:
    """One named number, made on its first use; what goes wrong with it is logged, once."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._broken = False

    @cached_property
    def _raw(self) -> Any:
        FOLDER.mkdir(parents=True, exist_ok=True)
        return self._make()

    def _tell(self, verb: str, number: float, labels: dict[str, object]) -> None:
        try:
            target = self._raw.labels(**labels) if labels else self._raw
            getattr(target, verb)(number)
        except Exception as error:
            if not self._broken:
                self._broken = True
                logger.warning("a metric is lost: %r", error)


class Counter(Metric):
    """How often something happened."""

    def add(self, by: float = 1, **labels: object) -> None:
        """Count `by` more."""
        self._tell("inc", by, labels)


class Gauge(Metric):
    """How much of something there is now, summed over the living processes."""

    def set(self, to: float, **labels: object) -> None:
        """State how much there is in this process."""
        self._tell("set", to, labels)


class Histogram(Metric):
    """How long something took, in seconds."""

    def observe(self, seconds: float, **labels: object) -> None:
        """Note one duration."""
        self._tell("observe", seconds, labels)

    @contextmanager
    def time(self, **labels: object) -> Iterator[None]:
        """Note how long the block took, also when it raised."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.observe(time.perf_counter() - began, **labels)


def counter(name: str, about: str, labels: Sequence[str] = ()) -> Counter:
    """Declare a counter; its name ends in _total by itself."""
    return Counter(lambda: RawCounter(name, about, labels))


def gauge(name: str, about: str, labels: Sequence[str] = ()) -> Gauge:
    """Declare a gauge."""
    return Gauge(lambda: RawGauge(name, about, labels, multiprocess_mode="livesum"))


def histogram(
    name: str, about: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS
) -> Histogram:
    """Declare a histogram of seconds."""
    return Histogram(lambda: RawHistogram(name, about, labels, buckets=buckets))


def render() -> bytes:
    """Return all metrics of all processes as Prometheus reads them."""
    registry = CollectorRegistry()
    FOLDER.mkdir(parents=True, exist_ok=True)
    _forget_the_dead()
    MultiProcessCollector(registry, path=str(FOLDER))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_the_dead() -> None:
    """Let gauges of processes that were killed count no more."""
    for path in FOLDER.glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not psutil.pid_exists(pid):
            mark_process_dead(pid, str(FOLDER))  # type: ignore[no-untyped-call]
