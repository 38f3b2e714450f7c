"""A line alone in a Valkey of its own: what it costs the server, in memory and each step in time.

What is measured is the server: how long it worked on a function by its own count, which includes
waiting for a processor that others use, and how much of a processor it took.
"""

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from redis import Redis

from config.embedded import redis_url
from config.embedded.lease import hold
from queueing.line import Line, Mode, Settings
from queueing.line.scripts import SCRIPTS
from rig import ROOT
from rig.report import percentile

PIPELINE = 500
BUNDLES = 2  # that are under way
TICKS = 100
LOOKS = 2000
CALLED = (0, 50, 500)  # a tick: none, a rate of 3,000 a minute, a full batch
FEW, MANY = 10, 100_000  # who wait while the commands of a tick are counted
BETWEEN_BEATS = 10_000  # joins
FASTEST = 10_000_000  # people a minute: the rate binds nobody here
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


def measure_line(redis: Redis, people: Sequence[str]) -> list[dict[str, Any]]:
    """Have everybody join, look, and be called; return what each of it cost."""
    line = begin(redis, "1", len(people))
    cases = [measure_joins(redis, line, people)]
    cases.append(measure(redis, "look", lambda: line.look(random.choice(people)), LOOKS))
    cases.append(measure(redis, "beat", lambda: line.beat(random.choice(people)), LOOKS))
    return cases + [measure_ticks(redis, line, called) for called in CALLED]


def begin(redis: Redis, event: str, count: int) -> Line:
    """Begin a line with numbers for twice as many."""
    line = Line(event, redis=redis)
    settings = Settings(1, Mode.ON, threshold=0, rate=0)
    line.begin(epoch=1, before=0, reserved=2 * count, settings=settings)
    return line


def join_all(redis: Redis, line: Line, people: Sequence[str]) -> None:
    """Have everybody join by the Lua function, many a round trip, so that the server never waits.

    While it works on one bundle the next one is made.
    """
    digest = redis.script_load(SCRIPTS["join"].text)

    def join(start: int) -> None:
        with redis.pipeline(transaction=False) as pipe:
            for person in people[start : start + PIPELINE]:
                pipe.evalsha(digest, len(line.keys), *line.keys, "", person)
            pipe.execute()

    with ThreadPoolExecutor(BUNDLES) as threads:
        for _ in threads.map(join, range(0, len(people), PIPELINE)):
            pass


def measure_joins(redis: Redis, line: Line, people: Sequence[str]) -> dict[str, Any]:
    """Return how fast everybody joined, and what memory that took."""
    before, used, began = memory(redis), cpu(redis), time.perf_counter()
    join_all(redis, line, people)
    seconds = time.perf_counter() - began
    assert line.room().waiting == len(people)
    return {
        "label": f"join, {PIPELINE} a round trip",
        "per_second": round(len(people) / seconds),
        "per_cpu_second": round(len(people) / (cpu(redis) - used)),
        "bytes_per_person": round((memory(redis) - before) / len(people)),
    }


def measure_ticks(redis: Redis, line: Line, called: int) -> dict[str, Any]:
    """Tick while there is room for `called` people more each time."""
    ticks = min(TICKS, line.room().waiting // max(called, 1) - 1)

    def tick() -> None:
        assert len(line.tick().called) == called

    label = f"tick that calls {called}"
    return measure(redis, label, tick, ticks, before=lambda: make_room(line, called))


def make_room(line: Line, called: int) -> None:
    """Let the next tick call so many."""
    room = line.room()
    version, threshold = room.settings_version + 1, room.active + called
    line.configure(Settings(version, Mode.ON, threshold=threshold, rate=FASTEST))


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
        "p50_ms": round(statistics.median(waited[1:]), 3),
        "p99_ms": round(percentile(waited[1:], 0.99), 3),
    }


def measure_commands(redis: Redis, people: Sequence[str]) -> list[dict[str, Any]]:
    """Return how many commands a tick runs that calls as many, of a short line and of a long."""
    return [commands_of_tick(redis, people[:count]) for count in (FEW, MANY)]


def commands_of_tick(redis: Redis, people: Sequence[str]) -> dict[str, Any]:
    """Return how many commands a tick runs while `people` wait, some of whom it calls.

    There are beats meanwhile, as after a pause a tick does less: it looks for nobody's end.
    """
    line = begin(redis, f"of-{len(people)}", len(people))
    for start in range(0, len(people), BETWEEN_BEATS):
        join_all(redis, line, people[start : start + BETWEEN_BEATS])
        line.tick()
    make_room(line, FEW // 2)
    redis.config_resetstat()
    assert len(line.tick().called) == FEW // 2
    commands = num_commands(redis)
    line.forget()
    return {"label": f"tick of a line of {len(people)}", "commands": commands}


def num_commands(redis: Redis) -> int:
    """Return how many commands ran since the statistics began, in functions and by themselves."""
    told = redis.info("commandstats").items()
    ours = ("cmdstat_config", "cmdstat_info")  # a tick asks INFO as well: once, in any line
    return sum(int(said["calls"]) for name, said in told if not name.startswith(ours))


def memory(redis: Redis) -> int:
    """Return the bytes that the server uses."""
    return int(redis.info("memory")["used_memory"])


def cpu(redis: Redis) -> float:
    """Return the seconds that the server has spent on commands and connections."""
    said = redis.info("cpu")
    return float(said["used_cpu_user_main_thread"] + said["used_cpu_sys_main_thread"])


def usec_per_call(redis: Redis) -> float:
    """Return how long the server worked on a function, by its own count."""
    return float(redis.info("commandstats")["cmdstat_evalsha"]["usec_per_call"])
