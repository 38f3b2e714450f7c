"""What workers do for rounds. Jobs may run twice, and only call a service."""

from core.health import beat
from voting.services.announcing import announce_eligible, announce_status
from voting.services.settling import settle_due


def tick() -> None:
    """Each second: tell what has opened and closed, and settle what is over."""
    announce_status()
    settle_due()
    beat("votes")


def sweep() -> None:
    """Every few seconds: follow who joins teams and leaves them."""
    announce_eligible()
