"""The waiting page: live, by polling, or plain, and the same in all three ways."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.problems import NotSignedIn
from queueing.live import queue_value
from queueing.rooms import ROOMS, STOCKS
from queueing.services.lining_up import Visitor, ask_turn, join_line, leave_line
from queueing.services.turns import Turn
from queueing.showing import LINES
from queueing.visits import as_guest, keep_proofs, visitor_of
from ticketing.errors import NoSuchEvent
from ticketing.models import Event
from ticketing.pages import Visit, fresh, go, to_sign_in, wants_fragment


@fresh
@require_http_methods(["GET", "POST"])
def line(request: Visit, event_id: int) -> HttpResponse:
    """GET: how one stands. POST: join; whoever is let in goes on to the sale."""
    request.back = reverse("ticketing:event", args=[event_id])
    visitor = visitor_of(request, event_id, user_id=request.user.pk)
    if request.method == "POST":
        return _join(request, event_id, visitor)
    turn = ask_turn(event_id=event_id, visitor=visitor)
    keep_proofs(request, visitor, turn)
    if turn.admitted or turn.state == "open":
        return go(request, sale_address(event_id))
    return _show(request, event_id, turn)


@require_POST
def leave(request: Visit, event_id: int) -> HttpResponse:
    """Give up one's place."""
    request.back = reverse("ticketing:event", args=[event_id])
    visitor = visitor_of(request, event_id, user_id=request.user.pk)
    turn = leave_line(event_id=event_id, visitor=visitor)
    keep_proofs(request, visitor, turn)
    return go(request, reverse("ticketing:event", args=[event_id]))


@fresh
@require_GET
def draw(request: Visit, event_id: int) -> HttpResponse:
    """How places were drawn among those who came early, for everybody to check."""
    event = _event(event_id)
    known = ROOMS.room_of(event_id)
    context = {"event": event, "known": known, "drawn": bool(known.num_drawn)}
    return render(request, "queueing/draw.html", context)


def _join(request: Visit, event_id: int, visitor: Visitor) -> HttpResponse:
    visitor = as_guest(request, visitor)
    home = reverse("queueing:line", args=[event_id])
    try:
        turn = join_line(event_id=event_id, visitor=visitor)
    except NotSignedIn:
        return to_sign_in(request, back=home)
    keep_proofs(request, visitor, turn)
    return go(request, sale_address(event_id) if turn.admitted or turn.state == "open" else home)


def _show(request: Visit, event_id: int, turn: Turn) -> HttpResponse:
    known, stock = ROOMS.room_of(event_id), STOCKS.of(event_id)
    room = queue_value(event_id, known=known, room=LINES.of(event_id), stock=stock)
    context = {
        "event": _event(event_id),
        "turn": turn,
        "room": room,
        "guests": known.guests_allowed,
    }
    template = "fragments/turn" if wants_fragment(request) else "line"
    return render(request, f"queueing/{template}.html", context)


def sale_address(event_id: int) -> str:
    """Return where those who were let in buy: on the event's page, or in its hall."""
    return reverse("ticketing:event", args=[event_id])


def _event(event_id: int) -> Event:
    event = Event.objects.public().with_status().filter(pk=event_id).first()
    if event is None:
        raise NoSuchEvent
    return event
