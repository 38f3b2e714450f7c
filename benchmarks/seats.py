"""Seats: a hall of 5,000 through HTTP, by chance and all at the front; how soon others see it;
the map of a stadium in a browser.

Each hold is a pair of neighbours, wished for by somebody else than the last. What cannot be had is
refused with what is free near it, which is most of the work where everybody wants the front row.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rig.browser import browser_page, drawn_after, frames_while
from rig.crowd import Address, crowd
from rig.processes import allow_many_files
from rig.product import made, product
from rig.report import percentile, publish, spread
from rig.requests import Result, post, send
from rig.watching import watching

from ticketing.seating.best import best_available
from ticketing.seating.plan import Plan
from ticketing.seating.samples import make_plain_hall, make_stadium

SEATS = 5000
BUYERS = 2000
CONNECTIONS = 32
FRONT = 40  # seats of the row that everybody wants
RUSH = 1500  # wishes for them
WATCHERS = 1000
PICKS = 100  # that watchers wait for, one at a time
BEST = 200  # searches for the best seats
CHANGES = 1000  # of seats, while a browser shows them
CHANGES_A_SECOND = 200


def pairs(plan: Plan, numbers: Sequence[int]) -> list[tuple[str, str]]:
    """Return neighbours that leave nobody alone in even runs, whoever takes them first."""
    runs = {plan.run_of(number) for number in numbers}
    firsts = (n for run in runs for n in range(run.start, run.stop - 1, 2))
    return [(plan.places[n].key, plan.places[n + 1].key) for n in firsts]


def wish(token: str, event: str, seats: Sequence[str]) -> bytes:
    body = json.dumps({"event": event, "seats": seats}).encode()
    return post("/api/reservations", body, {"Authorization": f"Bearer {token}"})


def hold_all(stack: Any, tokens: list[str], wanted: list[tuple[str, str]], event: str) -> Result:
    """Send each wish, by one buyer after the other, and check what became of the hall."""
    requests = [wish(tokens[i % len(tokens)], event, one) for i, one in enumerate(wanted)]
    result = send(stack.port, requests, connections=CONNECTIONS)
    assert set(result.statuses) <= {201, 409}, result.statuses
    _, found = stack.get(f"/api/events/{event}/seats")
    assert found["states"].count("h") == 2 * result.statuses[201], result.statuses
    assert result.statuses[201] == len(set(wanted)), result.statuses
    return result


def a_hall(stack: Any) -> str:
    return str(made(stack, "--hall", str(SEATS))["event"])


def measure(stack: Any, tokens: list[str], plan: Plan, rounds: int) -> list[dict[str, Any]]:
    """Fill halls, by chance and from the front."""
    everywhere = pairs(plan, range(len(plan.places)))
    front = pairs(plan, range(FRONT))
    cases = {"at random": everywhere, "the front row": random.choices(front, k=RUSH) + front}
    rows = []
    for label, wanted in cases.items():
        rates, answers, slowest = [], [], []
        for number in range(rounds):
            random.shuffle(wanted)
            result = hold_all(stack, tokens, wanted, a_hall(stack))
            rates.append(result.statuses[201] / result.until_last_success)
            answers.append(len(wanted) / result.elapsed)
            slowest.append(percentile(result.seconds, 0.99) * 1000)
            print(
                f"  {label}, round {number + 1}: {answers[-1]:.0f} answers/s, "
                f"{result.statuses[201]} held, p99 {slowest[-1]:.0f} ms",
                flush=True,
            )
        rows.append(
            {
                "label": f"holds, {label}",
                "holds_per_second": spread(rates),
                "answers_per_second": spread(answers),
                "p99_ms": spread(slowest),
            }
        )
    return rows


def measure_sight(stack: Any, tokens: list[str], plan: Plan) -> dict[str, Any]:
    """Pick seats one by one; return how long after the click one of many watchers sees it."""
    event = a_hall(stack)
    topic = f"seats.{event}"
    seen: list[float] = []
    address = Address(stack.live_port, f"/ws/live?topics={topic}", ready='"snapshot"')
    with crowd(address) as others, watching(stack.live_address, topic, 1) as watchers:
        others.connect(WATCHERS - 1)
        for i, seats in enumerate(random.sample(pairs(plan, range(len(plan.places))), PICKS)):
            began = time.perf_counter()
            send(stack.port, [wish(tokens[i], event, seats)], connections=1)
            key = f"seat.{plan.number_of(seats[0])}"
            while key not in watchers.newest[0] and time.perf_counter() - began < 5:
                time.sleep(0.0005)
            seen.append((time.perf_counter() - began) * 1000)
            others.idle(0.05)
    return {
        "label": f"from the click to another's screen, {WATCHERS} watchers",
        "p50_ms": round(statistics.median(seen), 1),
        "p99_ms": round(percentile(seen, 0.99), 1),
    }


def measure_map(stack: Any, tokens: list[str], rounds: int) -> list[dict[str, Any]]:
    """Look at a stadium's map: until it is drawn, and how evenly while seats change."""
    plan = make_stadium()
    event = str(made(stack, "--hall", str(len(plan.places)))["event"])
    address = f"http://127.0.0.1:{stack.port}/events/{event}/seats"
    drawn = []
    with browser_page() as open_page:
        for _ in range(rounds + 1):
            page = open_page()
            page.goto(address)
            page.locator("#seat-map[data-drawn]").wait_for()
            drawn.append(drawn_after(page, "seats-drawn"))
        even = [n for n in range(len(plan.places)) if len(plan.run_of(n)) % 2 == 0]
        wanted = random.sample(pairs(plan, even), CHANGES // 2)
        frames = frames_while(page, lambda: pick_evenly(stack, tokens, wanted, event))
    return [
        {"label": f"first paint of {len(plan.places)} seats", "ms": spread(drawn[1:])},
        {
            "label": f"frames while {CHANGES_A_SECOND} seats a second change",
            "p50_ms": round(statistics.median(frames), 1),
            "p99_ms": round(percentile(frames, 0.99), 1),
            "most_ms": round(max(frames), 1),
        },
    ]


def pick_evenly(stack: Any, tokens: list[str], wanted: list[tuple[str, str]], event: str) -> None:
    """Pick pair after pair, so that so many seats change a second, as far as they are sold."""
    began = time.perf_counter()
    for i, seats in enumerate(wanted):
        early = i * 2 / CHANGES_A_SECOND - (time.perf_counter() - began)
        time.sleep(max(0.0, early))
        answer = send(stack.port, [wish(tokens[i % len(tokens)], event, seats)], connections=1)
        assert answer.statuses[201] == 1, answer.statuses


def measure_best() -> dict[str, Any]:
    """Search a stadium that is half sold for the best seats."""
    plan = make_stadium()
    chance = random.Random(1)
    states = "".join(chance.choice("fs") for _ in plan.places)
    took: list[float] = []
    for _ in range(BEST):
        category = chance.choice(plan.categories).key
        began = time.perf_counter()
        best_available(plan, states, category=category, quantity=chance.randint(1, 4))
        took.append((time.perf_counter() - began) * 1000)
    return {
        "label": f"best available of {len(plan.places)}",
        "p50_ms": round(statistics.median(took[1:]), 2),
        "p99_ms": round(percentile(took[1:], 0.99), 2),
        "first_ms": round(took[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    allow_many_files(WATCHERS)
    plan = make_plain_hall(SEATS)
    cases = [measure_best()]
    with product() as stack:
        file = stack.var / "tokens"
        made(stack, "--users", str(BUYERS), "--tokens", str(file))
        tokens = Path(file).read_text().split()
        cases += measure(stack, tokens, plan, options.rounds)
        cases.append(measure_sight(stack, tokens, plan))
        cases += measure_map(stack, tokens, options.rounds)
        stack.manage("audit")
    publish("seats", cases, {})


if __name__ == "__main__":
    main()
