"""Many sockets in one process: what an idle one weighs, and how fast they come, and come back.

Snapshot queries are counted where they cannot hide, in PostgreSQL's own log.
"""

import argparse
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rig.contenders import live_pids, open_sale
from rig.crowd import Address, Crowd, crowd
from rig.postgres import reload_with
from rig.processes import allow_many_files, cpu_seconds, resident_bytes
from rig.product import product
from rig.report import publish, spread

from tests.stack import Stack

IDLE = 10_000
RETURNING = 5000
FIRST = 50  # sockets that come before anything is weighed: code is loaded, pools are filled
SETTLING = 3.0
RESYNC = timedelta(seconds=4.7)  # a topic that is watched is read anew every 4.75 s anyhow
FORGOTTEN = 6.0  # seconds after which a topic that nobody watches is cold again
SNAPSHOT = re.compile(
    r'(\S+ \S+) UTC LOG: .*: SELECT "ticketing_tickettype"."id", '
    r'.*"event_id" (?:= |IN \()\d+.* ORDER'
)


def weigh(stack: Stack, clients: Crowd, sockets: int) -> dict[str, float]:
    """Return what each of `sockets` idle watchers adds to the process, and what they cost."""
    pids = live_pids(stack)
    clients.connect(FIRST)
    clients.idle(SETTLING)
    clients.drop()
    empty = resident_bytes(pids)
    seconds = clients.connect(sockets)
    clients.idle(SETTLING)
    full = resident_bytes(pids)
    used = cpu_seconds(pids)
    clients.idle(SETTLING)
    return {
        "kib_a_socket": (full - empty) / sockets / 1024,
        "process_mb": full / 1e6,
        "connected_in_s": seconds,
        "idle_cpu_%": 100 * (cpu_seconds(pids) - used) / SETTLING,
    }


def come_back(stack: Stack, clients: Crowd, sockets: int) -> dict[str, float]:
    """Connect `sockets` at once, lose them all, and have them come back at once."""
    with queries(stack) as readings:
        arriving = clients.connect(sockets, in_flight=sockets)
        arrived_at = datetime.now(UTC)
        clients.idle(SETTLING)
        clients.drop()
        returning = clients.connect(sockets, in_flight=sockets)
        clients.idle(1.0)
    clients.drop()
    if not readings:
        raise RuntimeError("the log shows no reading: SNAPSHOT no longer knows the statement")
    unscheduled = [
        at
        for before, at in zip([None, *readings], readings, strict=False)
        if before is None or at - before < RESYNC
    ]
    first = [at for at in unscheduled if at < arrived_at]
    return {
        "all_at_once_in_s": arriving,
        "back_in_s": returning,
        "queries_on_coming": float(len(first)),
        "queries_on_return": float(len(unscheduled) - len(first)),
        "readings_by_the_clock": float(len(readings) - len(unscheduled)),
    }


@contextmanager
def queries(stack: Stack) -> Iterator[list[datetime]]:
    """Have PostgreSQL log statements; in the end the list holds when each snapshot was read."""
    log = stack.var / "log" / "postgres.log"
    reload_with(stack, "SET log_statement = 'all'", "SET log_line_prefix = '%m '")
    size, found = log.stat().st_size, []
    try:
        yield found
    finally:
        reload_with(stack, "RESET log_statement", "RESET log_line_prefix")
        found += list(snapshots_in(log, size))


def snapshots_in(log: Path, since: int) -> Iterator[datetime]:
    """Yield when each snapshot was read, according to the log after byte `since`."""
    with log.open("rb") as lines:
        lines.seek(since)
        for line in lines:
            if match := SNAPSHOT.match(line.decode(errors="replace")):
                yield datetime.fromisoformat(match[1]).replace(tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of coming and coming back")
    options = parser.parse_args()
    allow_many_files(IDLE)
    with product() as stack:
        sale = open_sale(stack, ticket_types=1)
        address = Address(stack.live_port, f"/ws/live?topics={sale.topic}", ready='"snapshot"')
        with crowd(address) as clients:
            weight = weigh(stack, clients, IDLE)
            rounds = []
            for number in range(options.rounds):
                clients.drop()
                time.sleep(FORGOTTEN)
                rounds.append(come_back(stack, clients, RETURNING))
                print(f"  round {number + 1}: {rounds[-1]}", flush=True)
    returns = {name: spread([one[name] for one in rounds]) for name in rounds[0]}
    publish(
        "sockets",
        [
            {"label": f"{IDLE} idle", **{name: round(value, 2) for name, value in weight.items()}},
            {"label": f"{RETURNING} at once, and again", **returns},
        ],
        {
            "kib_a_socket": round(weight["kib_a_socket"], 2),
            "connect_5000_s": returns["all_at_once_in_s"]["median"],
            "queries_on_coming": returns["queries_on_coming"]["max"],
            "queries_on_return": returns["queries_on_return"]["max"],
        },
    )


if __name__ == "__main__":
    main()
