"""Fan-out: one event, thousands of watchers, one server process, beside its peers.

Each server gets the same payload at the same rate from another process through the same Redis,
and the same client counts what arrives. The servers take turns, and each run begins with a
warm-up that does not count. Plain Channels comes last and once: it saturates, and would still be
busy with one round when the next begins. "bare writes" is no contender but the floor: what the
kernel and uvloop need to send these bytes, with no server around them.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from rig.contenders import Contender, Sale, channels, fastapi, floor, jari, open_sale, socketio
from rig.crowd import crowd
from rig.measuring import measure
from rig.processes import allow_many_files
from rig.product import product
from rig.report import publish, spread

from tests.stack import Stack

SIZES = ((1000, 20.0), (5000, 10.0))  # sockets, messages a second
TICKET_TYPES = 10  # they sell in turn, so that no change hides another
WARM_UP = 1.5  # seconds
PAUSE = 0.5  # seconds between that and the run, which begins at its own beat
STARTS = (jari, socketio, fastapi, floor)
LIMIT = 20.0  # seconds for one run, however far a server lags behind


@dataclass(frozen=True)
class Run:
    """What one server did for one crowd; times in ms, CPU in µs a delivery, shares in percent."""

    cpu: float
    p50: float
    p99: float
    delivered: float
    merged: float  # of the changes, those that shared a frame with a newer one
    client: float
    connect: float  # seconds
    bytes: float  # a frame


def run_once(contender: Contender, *, sockets: int, rate: float, seconds: float) -> Run:
    """Connect, warm up, and measure."""
    with crowd(contender.address) as clients:
        connect = clients.connect(sockets)
        measure(contender, clients, rate=rate, seconds=WARM_UP, limit=LIMIT)
        time.sleep(PAUSE)
        found = measure(contender, clients, rate=rate, seconds=seconds, limit=LIMIT)
    each = found.said["each"]
    return Run(
        cpu=found.cpu_seconds / max(each["count"], 1) * 1e6,
        p50=each["p50"],
        p99=each["p99"],
        delivered=100 * found.delivered,
        merged=100 * (1 - found.said["frames"] / max(each["count"], 1)),
        client=100 * found.client_share,
        connect=connect,
        bytes=found.said["bytes"] / max(found.said["frames"], 1),
    )


def case(name: str, sockets: int, rate: float, runs: Sequence[Run]) -> dict[str, Any]:
    """Return a line of the table."""
    return {
        "label": f"{name}, {sockets} × {rate:g}/s",
        "cpu_us": spread([run.cpu for run in runs]),
        "p50_ms": spread([run.p50 for run in runs]),
        "p99_ms": spread([run.p99 for run in runs]),
        "delivered_%": spread([run.delivered for run in runs]),
        "merged_%": spread([run.merged for run in runs]),
        "connect_s": spread([run.connect for run in runs]),
        "bytes": round(statistics.median(run.bytes for run in runs)),
        "client_%": spread([run.client for run in runs]),
        "rounds": len(runs),
    }


def ratio(runs: dict[str, list[Run]], name: str, field: str) -> float:
    """Return the median of ours over theirs, round by round."""
    ours, theirs = runs["Jari"], runs[name]
    return round(
        statistics.median(
            getattr(mine, field) / getattr(other, field)
            for mine, other in zip(ours, theirs, strict=True)
        ),
        3,
    )


def take_turns(
    contenders: Sequence[Contender], *, sockets: int, rate: float, rounds: int, seconds: float
) -> dict[str, list[Run]]:
    """Measure each contender in each round, and print how it goes."""
    runs: dict[str, list[Run]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in contenders:
            run = run_once(one, sockets=sockets, rate=rate, seconds=seconds)
            runs[one.name].append(run)
            print(
                f"  {sockets} sockets, round {number + 1}, {one.name}: {run.cpu:.1f} µs a "
                f"delivery, p50 {run.p50:.1f}, p99 {run.p99:.1f} ms, {run.delivered:.1f} % there",
                flush=True,
            )
    return runs


def compare(
    stack: Stack, contenders: Sequence[Contender], sale: Sale, **load: Any
) -> dict[str, list[Run]]:
    """Return the runs of all, those of the slow one at the end."""
    runs = take_turns(contenders, **load)
    with channels(stack, sale) as slow:
        return runs | take_turns([slow], **{**load, "rounds": 1})


def ratios_of(runs: dict[str, list[Run]], sockets: int) -> dict[str, float]:
    """Return ours over theirs, and whether all of ours came."""
    found = {
        f"{field}_vs_{peer}_{sockets}": ratio(runs, name, field)
        for peer, name in (
            ("socketio", "Socket.IO"),
            ("fastapi", "FastAPI"),
            ("floor", "bare writes"),
        )
        for field in ("cpu", "p99")
    }
    return {**found, f"delivered_{sockets}": min(run.delivered for run in runs["Jari"]) / 100}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of publishing, a run")
    parser.add_argument("--sockets", type=int, help="this size alone")
    options = parser.parse_args()
    allow_many_files(max(sockets for sockets, _ in SIZES))
    cases: list[dict[str, Any]] = []
    ratios: dict[str, float] = {}
    with product() as stack, ExitStack() as end:
        sale = open_sale(stack, ticket_types=TICKET_TYPES)
        contenders = [end.enter_context(start(stack, sale)) for start in STARTS]
        for sockets, rate in SIZES:
            if options.sockets in (None, sockets):
                load = {"sockets": sockets, "rate": rate, "rounds": options.rounds}
                runs = compare(stack, contenders, sale, **load, seconds=options.seconds)
                cases += [case(name, sockets, rate, each) for name, each in runs.items()]
                ratios |= ratios_of(runs, sockets)
    for figure in ("cpu_vs_socketio", "p99_vs_socketio"):
        found = [value for name, value in ratios.items() if name.startswith(figure)]
        ratios[figure] = max(found)  # the worse of the sizes
    publish("fanout", cases, ratios)


if __name__ == "__main__":
    main()
