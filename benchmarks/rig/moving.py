"""A line that moves, before a running product: who watches it by socket, and when it moves.

People who were in it beforehand are let in each second. Some of them ask by HTTP how they stand,
for where nobody at all is heard of a line stands still.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis

from config.embedded import redis_url
from rig.beats import beats_of, rhythm
from rig.crowd import Address, Crowd, crowd
from rig.lining_up import ask, join
from tests.stack import Stack

SETTLING = 3.0  # seconds
REPORT = 60.0  # seconds between two lines that say how it goes
QUEUE = 10_000  # people before whom those sockets watch: more than are called meanwhile
CALLED_A_MINUTE = 600
ASKING = 10  # people more, who ask each second how they stand
LINE = """
from config.demo.load import make_hot_event
from queueing.line import Line
from queueing.services.opening import insist
from queueing.services.steering import create_room
event, _ = make_hot_event(capacity=1_000_000, limit=None)
settings = {{"mode": "on", "threshold": 1_000_000, "rate": {rate}}}
create_room(event_id=event.pk, changes=settings, by=None)
for number in range({people}):
    insist(event.pk, lambda line: line.join(f"u{{10**9 + number}}"))
print(event.pk)
"""


def measure_watchers(
    stack: Stack, tokens: Sequence[str], watchers: int, seconds: float
) -> list[dict[str, Any]]:
    """Watch a line that moves; return how soon watchers saw each beat, and when the beats were."""
    event = stack.manage("shell", "-v0", "-c", make_line()).split()[-1]
    address = Address(stack.live_port, f"/ws/live?topics=queue.{event}", ready='"snapshot"')
    with (
        asking(stack, event, tokens[:ASKING]),
        crowd(address) as clients,
        Redis.from_url(redis_url(stack.var)) as redis,
    ):
        clients.connect(watchers)
        clients.idle(SETTLING)
        with beats_of(redis, event) as beats:
            clients.expect_versions()
            said = watch(clients, seconds)
    assert not said["lost_sockets"], said
    assert beats.called >= len(beats.moments), "people were let in each second"
    seen = said["each"]["count"] / (watchers * len(beats.moments))
    return [
        {
            "label": f"from the tick to {watchers} watchers",
            "p50_ms": said["each"]["p50"],
            "p99_ms": said["each"]["p99"],
            "most_ms": said["each"]["max"],
            "delivered_%": round(100 * seen, 1),
        },
        {"label": f"ticks in {seconds:g} s", **rhythm(beats.moments)},
    ]


def watch(clients: Crowd, seconds: float) -> dict[str, Any]:
    """Watch for so long, and print how it goes."""
    said: dict[str, Any] = {}
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        said = clients.idle(min(left, REPORT))
        each = said["each"]
        print(
            f"  {seconds - max(0, until - time.monotonic()):.0f} s: p50 {each['p50']:.0f}, "
            f"p99 {each['p99']:.0f} ms after the tick",
            flush=True,
        )
    return said


def make_line() -> str:
    """Return what makes an event with people who wait, and prints its id."""
    return LINE.format(rate=CALLED_A_MINUTE, people=QUEUE)


@contextmanager
def asking(stack: Stack, event: str, tokens: Sequence[str]) -> Iterator[None]:
    """Have some people of a line ask each second how they stand, as they do who mean to stay."""
    join(stack, event, tokens)
    done = threading.Event()

    def ask_on() -> None:
        while not done.wait(1.0):
            ask(stack, event, tokens)

    thread = threading.Thread(target=ask_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
