from queueing.models.forecast import Forecast
from queueing.models.record import RecordEntry
from queueing.models.room import WaitingRoom
from queueing.models.traffic import Traffic

__all__ = ["Forecast", "RecordEntry", "Traffic", "WaitingRoom"]
