"""Keeps a process from writing more than half of its time."""


class Pace:
    """Counts the seconds spent writing; they are forgotten at the rate at which time passes.

    With very many watchers frames therefore grow rarer, but what is written is never old.
    """

    def __init__(self, *, slack: float = 0.005) -> None:
        self._slack = slack  # seconds; pauses shorter than this cost more than they give
        self._owed = 0.0
        self._counted_at = 0.0

    def spend(self, seconds: float, *, now: float) -> None:
        """Note that `seconds` were spent writing until `now`."""
        self._settle(now - seconds)  # nothing is forgotten while we write
        self._counted_at = now
        self._owed += seconds

    def delay(self, *, now: float) -> float:
        """Return how many seconds to wait before writing again; 0 when idle."""
        self._settle(now)
        return self._owed if self._owed > self._slack else 0.0

    def _settle(self, now: float) -> None:
        self._owed = max(0.0, self._owed - (now - self._counted_at))
        self._counted_at = now
