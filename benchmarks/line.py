"""Waiting lines: a million people, and what they cost Redis in memory and each step in time.

What is measured is the server: how long it worked on a function by its own count, which includes
waiting for a processor that others use, and how much of a processor it took. Joining through HTTP
is measured with the pages.
"""

import argparse
import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis
from rig import ROOT
from rig.report import percentile, publish

from config.embedded import redis_url
from config.embedded.lease import hold
from queueing.line import Line, Mode, Settings
from queueing.line.scripts import SCRIPTS

WAITING = 1_000_000
PIPELINE = 500
TICKS = 100
LOOKS = 2000
CALLED = (0, 50, 500)  # a tick: none, a rate of 3,000 a minute, a full batch
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"


def make_people(count: int) -> list[str]:
    """Return as many users as guests, in random order."""
    users = [f"u{1_000_000 + number}" for number in range(count // 2)]
    guests = [f"g{''.join(random.choices(LETTERS, k=22))}" for _ in range(count - len(users))]
    people = users + guests
    random.shuffle(people)
    return people


@contextmanager
def a_redis() -> Iterator[Redis]:
    """Run a Valkey of our own, which writes its file as in earnest."""
    var = ROOT / "var" / "bench" / "line"
    shutil.rmtree(var, ignore_errors=True)
    with hold(var, ["valkey"]), Redis.from_url(redis_url(var)) as redis:
        yield redis


def begin(redis: Redis, count: int) -> Line:
    line = Line("1", redis=redis)
    settings = Settings(1, Mode.ON, threshold=0, rate=0)
    line.begin(epoch=1, before=0, reserved=2 * count, settings=settings)
    return line


def join_all(redis: Redis, line: Line, people: list[str]) -> dict[str, Any]:
    """Have everybody join by the Lua function, many a round trip; return speed and memory."""
    digest = redis.script_load(SCRIPTS["join"].text)
    before, used, began = memory(redis), cpu(redis), time.perf_counter()
    for start in range(0, len(people), PIPELINE):
        with redis.pipeline(transaction=False) as pipe:
            for person in people[start : start + PIPELINE]:
                pipe.evalsha(digest, len(line.keys), *line.keys, "", person)
            pipe.execute()
    seconds = time.perf_counter() - began
    assert line.room().waiting == len(people)
    return {
        "label": f"join, {PIPELINE} a round trip",
        "per_second": round(len(people) / seconds),
        "per_cpu_second": round(len(people) / (cpu(redis) - used)),
        "bytes_per_person": round((memory(redis) - before) / len(people)),
    }


def memory(redis: Redis) -> int:
    return int(redis.info("memory")["used_memory"])


def cpu(redis: Redis) -> float:
    """Return the seconds that the server has spent on commands and connections."""
    said = redis.info("cpu")
    return float(said["used_cpu_user_main_thread"] + said["used_cpu_sys_main_thread"])


def usec_per_call(redis: Redis) -> float:
    """Return how long the server worked on a function, by its own count."""
    return float(redis.info("commandstats")["cmdstat_evalsha"]["usec_per_call"])


def measure(
    redis: Redis,
    label: str,
    step: Callable[[], Any],
    count: int,
    *,
    before: Callable[[], Any] = lambda: None,
) -> dict[str, Any]:
    """Run `step` so often; return how long the server worked on each, and how long we waited."""
    worked, waited, used = [], [], 0.0
    for _ in range(count + 1):
        before()
        redis.config_resetstat()
        used -= cpu(redis)
        began = time.perf_counter()
        step()
        waited.append((time.perf_counter() - began) * 1000)
        used += cpu(redis)
        worked.append(usec_per_call(redis) / 1000)
    return {
        "label": label,
        "redis_p50_ms": round(statistics.median(worked[1:]), 3),
        "redis_p99_ms": round(percentile(worked[1:], 0.99), 3),
        "redis_cpu_ms": round(used * 1000 / (count + 1), 3),
        "client_p50_ms": round(statistics.median(waited[1:]), 3),
        "client_p99_ms": round(percentile(waited[1:], 0.99), 3),
    }


def measure_ticks(redis: Redis, line: Line, called: int) -> dict[str, Any]:
    """Tick while there is room for `called` people more each time."""

    def make_room() -> None:
        room = line.room()
        version, threshold = room.settings_version + 1, room.active + called
        line.configure(Settings(version, Mode.ON, threshold=threshold, rate=10_000_000))

    def tick() -> None:
        assert len(line.tick().called) == called

    return measure(redis, f"tick that calls {called}", tick, TICKS, before=make_room)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING)
    options = parser.parse_args()
    people = make_people(options.waiting)
    with a_redis() as redis:
        line = begin(redis, options.waiting)
        redis.config_resetstat()
        cases = [join_all(redis, line, people)]
        cases.append(measure(redis, "look", lambda: line.look(random.choice(people)), LOOKS))
        cases.append(measure(redis, "beat", lambda: line.beat(random.choice(people)), LOOKS))
        cases += [measure_ticks(redis, line, called) for called in CALLED]
    publish("queue", cases, {})


if __name__ == "__main__":
    main()
