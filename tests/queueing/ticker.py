"""A worker that races with others: ticks each line when it is told to, and says whom it called.

`python -m tests.queueing.ticker REDIS_URL NOW EVENT…`
"""

import json
import sys
import time

from redis import Redis

from queueing.line import Line

BETWEEN = 0.05  # seconds from one line to the next
TICKS = 3


def main():
    url, now, *events = sys.argv[1:]
    with Redis.from_url(url) as redis:
        lines = [Line(event, redis=redis, clock=lambda: int(now)) for event in events]
        lines[0].room()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        start = float(sys.stdin.readline())
        called = []
        for number, line in enumerate(lines):
            while time.time() < start + number * BETWEEN:
                pass  # who sleeps wakes up too late to race
            called.append([one for _ in range(TICKS) for one in line.tick().called])
    json.dump(called, sys.stdout)


if __name__ == "__main__":
    main()
