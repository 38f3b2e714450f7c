"""What the pages say of how a waiting room treats people, remembered for a second."""

from typing import NamedTuple

from queueing.models import WaitingRoom
from queueing.rooms import Remembered


class Rules(NamedTuple):
    """How long places are kept, in seconds, and the hash of the sealed draw where there is one."""

    grace: int = 300
    grace_signed_in: int = 900
    claim: int = 120
    seed_hash: str = ""


def read_rules(event_id: int) -> Rules:
    """Read the rules of the room of an event; without one, those of a new room."""
    fields = ("grace_seconds", "grace_signed_in_seconds", "claim_seconds", "seed_hash")
    row = WaitingRoom.objects.filter(event=event_id).values_list(*fields).first()
    return Rules() if row is None else Rules(*row)


RULES = Remembered(read_rules)
