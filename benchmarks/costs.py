"""What a sale costs as watchers, changes and processes grow: what is flat and what is linear."""

import argparse
import time
from dataclasses import dataclass, replace
from typing import Any

from redis import Redis
from rig.contenders import Contender, jari, open_many, open_sale
from rig.crowd import Address, Crowd, crowd
from rig.measuring import measure
from rig.postgres import sql
from rig.processes import allow_many_files, cpu_seconds
from rig.product import product
from rig.report import publish

from config.embedded import redis_url
from tests.stack import Stack

TICKET_TYPES = 4
WARM_UP = 0.5  # seconds


@dataclass(frozen=True)
class Row:
    """What is asked of so many live processes."""

    processes: int
    watchers: int
    rate: float  # changes a second
    topics: int = 1  # with more than one, each watcher has its own


ROWS = (
    *(Row(1, 1000, rate) for rate in (0, 10, 100, 500)),
    *(Row(1, watchers, 100) for watchers in (100, 5000, 10_000)),
    *(Row(processes, 1000, rate) for processes in (2, 4) for rate in (0, 100, 500)),
    *(Row(processes, 1000, 0, topics=1000) for processes in (1, 2, 4)),
    Row(1, 5000, 0, topics=5000),
)
QUIET = 10.0  # seconds of looking where nothing changes: topics are read anew every 4.75 s


class Meter:
    """Reads what Redis and PostgreSQL have done so far."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.redis = Redis.from_url(redis_url(stack.var))

    def messages(self) -> int:
        """Return how many messages were published."""
        stats: dict[str, Any] = self.redis.info("commandstats")  # type: ignore[assignment]
        return int(stats.get("cmdstat_publish", {}).get("calls", 0))

    def queries(self) -> int:
        """Return how many transactions there were; a query outside of one is one."""
        said = sql(
            self.stack, "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = 'jari'"
        )
        return int(said)

    def bytes_out(self) -> int:
        """Return how much was sent to subscribers and everybody else."""
        stats: dict[str, Any] = self.redis.info("stats")  # type: ignore[assignment]
        return int(stats["total_net_output_bytes"])


def where(row: Row, contender: Contender, stack: Stack) -> Address:
    """Return where the watchers of `row` go."""
    if row.topics == 1:
        return contender.address
    first = open_many(stack, row.topics)
    return replace(contender.address, path=f"/ws/live?topics=event.{{{first}}}")


def cost(row: Row, *, contender: Contender, meter: Meter, seconds: float) -> dict[str, Any]:
    """Return a line of the table."""
    with crowd(where(row, contender, meter.stack)) as clients:
        seconds_to_connect = clients.connect(row.watchers)
        if row.rate:
            measure(contender, clients, rate=row.rate, seconds=WARM_UP)
        messages, sent, queries = meter.messages(), meter.bytes_out(), meter.queries()
        used, began = cpu_seconds(contender.pids), time.monotonic()
        said = sell(contender, clients, row=row, seconds=seconds)
        elapsed = time.monotonic() - began
        used = cpu_seconds(contender.pids) - used
    return {
        "label": f"{row.watchers} watchers, {row.rate:g}/s, {row.processes} live",
        "topics": row.topics,
        "processes": row.processes,
        "watchers": row.watchers,
        "connect_s": round(seconds_to_connect, 1),
        "changes_s": row.rate,
        "redis_messages_s": round((meter.messages() - messages) / elapsed, 1),
        "redis_out_kb_s": round((meter.bytes_out() - sent) / elapsed / 1000, 1),
        "queries_s": None if row.rate else round((meter.queries() - queries) / elapsed, 1),
        "frames_s_a_watcher": round(said["frames"] / row.watchers / elapsed, 1),
        "frames_s": round(said["frames"] / elapsed),
        "out_mb_s": round(said["bytes"] / elapsed / 1e6, 2),
        "live_cpu_%": round(100 * used / elapsed, 1),
        "newest_p99_ms": said["newest"]["p99"] if row.rate else None,
    }


def sell(contender: Contender, clients: Crowd, *, row: Row, seconds: float) -> dict[str, Any]:
    """Publish at the row's rate, or let nothing happen; return what the client saw."""
    if row.rate:
        return measure(contender, clients, rate=row.rate, seconds=seconds).said
    clients.expect(contender.publisher.first, 1)
    return clients.idle(QUIET)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of selling, a row")
    parser.add_argument("--topics", action="store_true", help="only the rows with many topics")
    options = parser.parse_args()
    rows = [row for row in ROWS if row.topics > 1 or not options.topics]
    allow_many_files(max(row.watchers for row in rows))
    cases: list[dict[str, Any]] = []
    for processes in sorted({row.processes for row in rows}):
        with product(LIVE_WORKERS=str(processes)) as stack:
            sale = open_sale(stack, ticket_types=TICKET_TYPES)
            meter = Meter(stack)
            with jari(stack, sale) as contender:
                for row in rows:
                    if row.processes == processes:
                        found = cost(row, contender=contender, meter=meter, seconds=options.seconds)
                        cases.append(found)
                        print(f"  {found['label']}: done", flush=True)
    publish("costs-topics" if options.topics else "costs", cases, {})


if __name__ == "__main__":
    main()
