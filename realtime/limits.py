"""How much one socket, person or address may ask for."""

import ipaddress
from collections import Counter, deque
from collections.abc import Iterable

FRAME_BYTES = 4096  # of a frame that comes in
TOPICS_PER_SOCKET = 20
MESSAGES = 20  # in a window
WINDOW = 10.0  # seconds
FLOOD = 60  # messages in a window after which a socket is closed
BLUNDERS = 5  # frames without sense after which a socket is closed
SOCKETS_PER_PERSON = 200  # in one process; a person has many tabs and a few devices
SOCKETS_PER_ADDRESS = 2000  # in one process; a whole office may share one address


class Sockets:
    """Counts the open sockets of this process by person and by address."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(self, names: Iterable[str]) -> bool:
        """Count one more socket for each of `names`; False, and none counted, if one is full."""
        names = list(names)
        if any(self._open[name] >= _limit(name) for name in names):
            return False
        self._open.update(names)
        return True

    def leave(self, names: Iterable[str]) -> None:
        """Count one socket fewer for each of `names`."""
        for name in names:
            self._open[name] -= 1
            if self._open[name] <= 0:
                del self._open[name]


class Messages:
    """Counts what a socket sends, in a sliding window."""

    def __init__(self) -> None:
        self._at: deque[float] = deque(maxlen=FLOOD)

    def count(self, now: float) -> int:
        """Count a message at `now` (seconds) and return how many the window holds."""
        self._at.append(now)
        while now - self._at[0] >= WINDOW:
            self._at.popleft()
        return len(self._at)


def names_of(*, person: str | None, address: str) -> list[str]:
    """Return by what to count a socket.

    A private or loopback address is not one person's but most often our own proxy's.
    """
    names = [f"person {person}"] if person else []
    return [*names, f"address {address}"] if _is_public(address) else names


def _limit(name: str) -> int:
    return SOCKETS_PER_ADDRESS if name.startswith("address ") else SOCKETS_PER_PERSON


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
