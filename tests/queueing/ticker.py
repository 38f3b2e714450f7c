"""A worker: ticks a few times when it is told to, and says whom it called.

`python -m tests.queueing.ticker REDIS_URL EVENT NOW`
"""

import json
import sys

from redis import Redis

from queueing.line import Line

TICKS = 4


def main():
    url, event, now = sys.argv[1:]
    with Redis.from_url(url) as redis:
        line = Line(event, redis=redis, clock=lambda: int(now))
        line.room()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        json.dump([one for _ in range(TICKS) for one in line.tick().called], sys.stdout)


if __name__ == "__main__":
    main()
