"""One measurement: publish at a steady rate, wait for the last frame, see what it cost."""

import time
from dataclasses import dataclass
from typing import Any

from rig.contenders import Contender
from rig.crowd import Crowd
from rig.processes import cpu_seconds


@dataclass(frozen=True)
class Measured:
    """What the client saw of `count` values, and what the server used for it."""

    count: int
    said: dict[str, Any]
    cpu_seconds: float
    client_share: float  # of a core, to show that the client is not what is measured
    published_in: float  # seconds
    elapsed: float  # seconds until the last frame

    @property
    def delivered(self) -> float:
        """Which share of what was published each watcher saw."""
        return float(self.said["each"]["count"] / self.said["expected"])


def measure(
    contender: Contender,
    clients: Crowd,
    *,
    rate: float,
    seconds: float,
    limit: float = 60.0,
    quiet: float = 1.5,
) -> Measured:
    """Publish for `seconds`; a server that lags may take up to `limit` seconds to deliver."""
    count = round(rate * seconds)
    clients.expect(contender.publisher.first, count)
    used, client = cpu_seconds(contender.pids), clients.cpu_seconds()
    began = time.monotonic()
    contender.publisher.start(rate=rate, count=count)
    said = clients.wait(seconds=limit, quiet=quiet)
    elapsed = time.monotonic() - began
    if said["lost_sockets"]:
        raise RuntimeError(f"{contender.name} lost {said['lost_sockets']} sockets: {said}")
    return Measured(
        count=count,
        said=said,
        cpu_seconds=cpu_seconds(contender.pids) - used,
        client_share=(clients.cpu_seconds() - client) / elapsed,
        published_in=contender.publisher.finish(),
        elapsed=elapsed,
    )
