"""When a feed may write: each topic at its beat, all of them together half of the time."""

INTERVAL = 0.05  # seconds between two flushes of a topic, in the long run
RESERVE = 0.025  # seconds by which a change may come early
DRIFT = 0.005  # seconds that a flush is late for its beat if it has to wait


class Beat:
    """Lets a topic flush at once when it is idle, and at most 20 times in any second.

    Time earns credit and a flush costs `INTERVAL` of it, so a change may come early now and then.
    Changes that come exactly as often as they may go would never make up for one that was late:
    each would wait behind the one before it. So a flush that has to wait drifts, until it meets
    the next change and takes both.
    """

    def __init__(self) -> None:
        self._credit = INTERVAL + RESERVE
        self._counted_at = 0.0

    def spend(self, *, now: float) -> None:
        """Note that the topic is flushed `now`."""
        self._credit = self._earned(now) - INTERVAL
        self._counted_at = now

    def delay(self, *, now: float) -> float:
        """Return how many seconds to wait before the next flush; 0 when idle."""
        earned = self._earned(now)
        return 0.0 if earned >= INTERVAL else INTERVAL + RESERVE + DRIFT - earned

    def _earned(self, now: float) -> float:
        return min(INTERVAL + RESERVE, self._credit + now - self._counted_at)


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
