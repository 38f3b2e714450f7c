"""A flash sale: 500 buyers, one hot ticket type, 32 connections, until it is sold out.

Each request carries an idempotency key and a token, and there is a limit per person. Beside it, in
the same run on the same PostgreSQL, pgbench runs the same statement with as many clients.
"""

import argparse
import json
import random
import statistics
import time
import uuid
from pathlib import Path
from typing import Any

from rig.pgbench import transactions_per_second
from rig.product import database_of, made, memory, product
from rig.report import percentile, publish, spread
from rig.requests import Result, post, send
from rig.watching import watching

BUYERS = 500
CONNECTIONS = 32
LIMIT = 12  # a person; 500 × 12 wishes against fewer tickets
WATCHERS = 50
IDLE = 3.0  # seconds until memory is read
SETTLING = 1.0  # seconds until the last frame must be there

STATEMENT = """
\\set buyer random({first}, {last})
SELECT ticketing_hold(gen_random_uuid(), substr(md5(random()::text), 1, 10), :buyer, {event},
    ARRAY[{ticket_type}]::bigint[], ARRAY[1], gen_random_uuid()::text, md5(random()::text))::text;
"""


def wishes(tokens: list[str], event: str, ticket_type: str) -> list[bytes]:
    """Return two more wishes a buyer than the limit allows, in an order that nobody planned."""
    item = {"ticket_type": ticket_type, "quantity": 1}
    body = json.dumps({"event": event, "items": [item]}).encode()
    requests = [
        post(
            "/api/reservations",
            body,
            {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex},
        )
        for token in tokens
        for _ in range(LIMIT + 2)
    ]
    random.shuffle(requests)
    return requests


def sell_out(stack: Any, tokens: list[str], capacity: int) -> tuple[Result, dict[str, Any]]:
    """Sell one hot event out over HTTP; return what came back and what must be right."""
    hot = made(stack, "--hot", str(capacity), "--limit", str(LIMIT))
    event, (ticket_type,) = hot["event"], hot["ticket_types"]
    requests = wishes(tokens, event, ticket_type)
    with watching(stack.live_address, f"event.{event}", WATCHERS) as watchers:
        result = send(stack.port, requests, connections=CONNECTIONS)
        time.sleep(SETTLING)
        believed = watchers.values_of(f"ticket.{ticket_type}")
        frames = statistics.median(watchers.frames)
    _, truth = stack.get(f"/api/events/{event}")
    (row,) = truth["ticket_types"]
    return result, {
        "sold": row["held"] + row["sold"],
        "right": sum(value["available"] == row["available"] for value in believed),
        "frames_a_second": round(frames / result.elapsed, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--capacity", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=4, help="of pgbench, a round")
    options = parser.parse_args()
    with product() as stack:
        time.sleep(IDLE)
        idle = memory(stack)
        run(stack, options, idle)


def run(stack: Any, options: argparse.Namespace, idle: dict[str, float]) -> None:
    """Take turns with pgbench, check what was sold, and publish the figures."""
    file = stack.var / "tokens"
    made(stack, "--users", str(BUYERS), "--tokens", str(file))
    tokens = Path(file).read_text().split()
    endless = made(stack, "--hot", "1000000")
    first, last = load_users(stack)
    statement = STATEMENT.format(
        first=first, last=last, event=endless["event"], ticket_type=endless["ticket_types"][0]
    )
    http: list[float] = []
    slowest: list[float] = []
    postgres: list[float] = []
    checks: list[dict[str, Any]] = []
    sell_out(stack, tokens, 500)  # warm-up
    for number in range(options.rounds):
        rate = transactions_per_second(
            statement,
            host=database_of(stack),
            database="jari",
            clients=CONNECTIONS,
            seconds=options.seconds,
        )
        result, check = sell_out(stack, tokens, options.capacity)
        assert set(result.statuses) <= {201, 409, 422}, result.statuses
        assert result.statuses[201] == check["sold"] == options.capacity, (result.statuses, check)
        assert check["right"] == WATCHERS, check
        postgres.append(rate)
        http.append(options.capacity / result.until_last_success)
        slowest.append(percentile(result.seconds, 0.99) * 1000)
        checks.append(check)
        print(
            f"  round {number + 1}: {http[-1]:.0f} reservations/s, pgbench {rate:.0f}/s, "
            f"p99 {slowest[-1]:.0f} ms, sold {check['sold']} of {options.capacity}, "
            f"{check['right']} of {WATCHERS} watchers right",
            flush=True,
        )
    stack.manage("audit")  # nobody over the limit, nothing sold twice: exit 1 if anything is wrong
    shares = [ours / theirs for ours, theirs in zip(http, postgres, strict=True)]
    publish(
        "flash",
        [
            {
                "label": "Jari over HTTP",
                "per_second": spread(http),
                "p99_ms": spread(slowest),
                "frames_a_second": spread([check["frames_a_second"] for check in checks]),
                "web_mb_idle": idle.get("web"),
                "live_mb_idle": idle.get("live"),
            },
            {"label": "pgbench, the same statement", "per_second": spread(postgres)},
        ],
        {"share of pgbench": round(statistics.median(shares), 3)},
    )


def load_users(stack: Any) -> tuple[int, int]:
    """Return the first and the last id of the users that `demo --users` made."""
    said = stack.manage(
        "shell",
        "-v0",
        "-c",
        "from accounts.models import User; from django.db.models import Max, Min;"
        "print(*User.objects.filter(username__startswith='load-')"
        ".aggregate(a=Min('pk'), b=Max('pk')).values())",
    )
    first, last = said.split()[-2:]
    return int(first), int(last)


if __name__ == "__main__":
    main()
