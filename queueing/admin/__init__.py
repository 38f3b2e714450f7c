from queueing.admin.records import RecordEntryAdmin, TrafficAdmin
from queueing.admin.rooms import WaitingRoomAdmin

__all__ = ["RecordEntryAdmin", "TrafficAdmin", "WaitingRoomAdmin"]
