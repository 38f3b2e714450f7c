"""A storm: 500 changes a second on one event, published as sales publish them.

Socket.IO gets the same changes beside us, which it sends one by one; it is given the time to
finish. How late a watcher is, is counted for each change: until it has that value or a newer one.
"""

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from rig.contenders import Contender, jari, open_sale, socketio
from rig.crowd import crowd
from rig.measuring import measure
from rig.processes import allow_many_files
from rig.product import product
from rig.report import publish, spread

WATCHERS = 2000
RATE = 500.0
TICKET_TYPES = 4
SECONDS = 3.0
PATIENCE = 180.0  # seconds for a server that lags behind
WARM_UP = 0.2  # seconds: enough for code and connections to be there, in every server


@dataclass(frozen=True)
class Run:
    """What one server did with one storm."""

    cpu: float  # seconds
    p50: float  # ms until the newest value
    p99: float
    frames: float  # a second and watcher, until the last has come
    finished: float  # seconds after the first change
    published: float  # changes a second
    bytes: float  # a watcher


def run_once(contender: Contender, *, seconds: float) -> Run:
    """Let 2,000 watchers see one storm."""
    with crowd(contender.address) as clients:
        clients.connect(WATCHERS)
        measure(contender, clients, rate=RATE, seconds=WARM_UP)
        found = measure(contender, clients, rate=RATE, seconds=seconds, limit=PATIENCE, quiet=5)
    newest = found.said["newest"]
    if newest["count"] < found.said["expected"]:
        raise RuntimeError(f"{contender.name} did not bring the newest value to all: {found.said}")
    return Run(
        cpu=found.cpu_seconds,
        p50=newest["p50"],
        p99=newest["p99"],
        frames=(found.said["frames"] / WATCHERS - 1) / found.said["seconds"],
        finished=found.elapsed,
        published=found.count / found.published_in,
        bytes=found.said["bytes"] / WATCHERS,
    )


def case(name: str, runs: Sequence[Run]) -> dict[str, Any]:
    """Return a line of the table."""
    return {
        "label": name,
        "cpu_s": spread([run.cpu for run in runs]),
        "newest_p50_ms": spread([run.p50 for run in runs]),
        "newest_p99_ms": spread([run.p99 for run in runs]),
        "frames_a_second": spread([run.frames for run in runs]),
        "finished_s": spread([run.finished for run in runs]),
        "published_a_second": spread([run.published for run in runs]),
        "kb_a_watcher": spread([run.bytes / 1000 for run in runs]),
    }


def take(contender: Contender, rounds: int, seconds: float) -> list[Run]:
    """Let so many storms pass over `contender`, and print how it goes."""
    runs = []
    for number in range(rounds):
        run = run_once(contender, seconds=seconds)
        runs.append(run)
        print(
            f"  round {number + 1}, {contender.name}: newest value p50 {run.p50:.0f}, p99 "
            f"{run.p99:.0f} ms, {run.frames:.1f} frames a second, {run.cpu:.2f} s of CPU, done "
            f"after {run.finished:.1f} s",
            flush=True,
        )
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of ours; Socket.IO gets one")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of a storm")
    options = parser.parse_args()
    allow_many_files(WATCHERS)
    with product() as stack, ExitStack() as end:
        sale = open_sale(stack, ticket_types=TICKET_TYPES)
        us = end.enter_context(jari(stack, sale))
        them = end.enter_context(socketio(stack, sale))
        ours = take(us, options.rounds, options.seconds)
        theirs = take(them, 1, options.seconds)  # it takes ten times as long as the storm
    publish(
        "storm",
        [case(us.name, ours), case(them.name, theirs)],
        {
            "cpu_vs_socketio": round(statistics.median(run.cpu for run in ours) / theirs[0].cpu, 3),
            "newest_p99_ms": statistics.median(run.p99 for run in ours),
            "frames_a_second": max(round(run.frames, 1) for run in ours),
        },
    )


if __name__ == "__main__":
    main()
