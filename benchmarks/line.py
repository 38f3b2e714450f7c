"""Waiting lines: a million people in Redis, and a crowd before a running product.

A line alone in a Valkey of its own shows what the Lua functions cost with everybody waiting, and
that a tick runs as many commands before a long line as before a short one. Then the product, with
one web process: thousands watch a line by socket while people wait in it and are let in, for long
enough to see whether the beat drifts; others line up by HTTP, each once, and ask how they stand.

No peer takes part. Hosted waiting rooms cannot be run here, and what one can run has no line in
common with ours: most give out a number and let people poll. The limits on who asks too often are
off, as all requests come from one machine.
"""

import argparse

from rig.lines import a_redis, make_people, measure_commands, measure_line
from rig.lining_up import measure_http
from rig.moving import measure_watchers
from rig.processes import allow_many_files
from rig.product import made, product
from rig.report import publish

WAITING = 1_000_000
ARRIVING = 4000  # by HTTP, a round
WATCHERS = 5000
DRIFT_SECONDS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING, help="in Redis alone, from 100,000")
    parser.add_argument("--rounds", type=int, default=5, help="of joins by HTTP")
    parser.add_argument("--arriving", type=int, default=ARRIVING, help="a round")
    parser.add_argument("--watchers", type=int, default=WATCHERS)
    parser.add_argument("--drift-seconds", type=int, default=DRIFT_SECONDS)
    options = parser.parse_args()
    allow_many_files(options.watchers)
    people = make_people(options.waiting)
    with a_redis() as redis:
        cases = measure_line(redis, people)
        commands = measure_commands(redis, people)
    del people
    cases += commands
    with product(WEB_WORKERS="1") as stack:
        file = stack.var / "tokens"
        made(stack, "--users", str(options.arriving), "--tokens", str(file))
        tokens = file.read_text().split()
        cases += measure_http(stack, tokens, options.rounds)
        cases += measure_watchers(stack, tokens, options.watchers, options.drift_seconds)
    few, many = (case["commands"] for case in commands)
    publish("queue", cases, {"commands of a tick, long line to short": many / few})


if __name__ == "__main__":
    main()
