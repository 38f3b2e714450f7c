"""What workers do for waiting rooms. Jobs may run twice, and only call a service."""

from core.health import beat
from queueing.services.ticking import forget_over, tick_all


def tick() -> None:
    """Each second: let in whoever may come."""
    tick_all()
    beat("queue")


def sweep() -> None:
    """Each hour: leave nothing in Redis of lines that are long over."""
    forget_over()
