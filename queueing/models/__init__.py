from queueing.models.record import RecordEntry
from queueing.models.room import WaitingRoom
from queueing.models.traffic import Traffic

__all__ = ["RecordEntry", "Traffic", "WaitingRoom"]
