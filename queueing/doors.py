"""The door in front of the buying form, while one has to line up."""

from django.http import HttpRequest

from queueing.line import LineAway
from queueing.live import queue_value
from queueing.models.room import Mode
from queueing.rooms import ROOMS, STOCKS
from queueing.services.lining_up import ask_turn
from queueing.services.turns import Turn
from queueing.showing import LINES
from queueing.visits import keep_proofs, visitor_of
from ticketing.doors import Door

TEMPLATE = "queueing/door.html"


def waiting_door(request: HttpRequest, event_id: int) -> Door | None:
    """Return the door of an event, open for whoever was let in; None where there is none."""
    known = ROOMS.room_of(event_id)
    if known.mode == Mode.OFF:
        return None
    visitor = visitor_of(request, event_id, user_id=request.user.pk)
    turn: Turn | None
    try:
        turn = ask_turn(event_id=event_id, visitor=visitor)
    except LineAway:
        turn = None
    else:
        keep_proofs(request, visitor, turn)
        if turn.state == "open":
            return None
    room = None if turn is None else LINES.of(event_id)
    stock = STOCKS.of(event_id)
    context = {"turn": turn, "room": queue_value(event_id, known=known, room=room, stock=stock)}
    return Door(TEMPLATE, context, open=turn is not None and turn.admitted)
