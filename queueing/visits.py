"""Who asks by HTTP, and what they bring: the cookies of browsers, the headers of programs.

A browser keeps three things for us, each signed and out of the reach of scripts: which guest it
is, the proof of its place in each line, and its admission pass. `KeepProofs` writes them.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.addresses import client_address
from queueing.people import COOKIE, new_guest, person_of_user, read_guest, sign_guest
from queueing.services.lining_up import Visitor
from queueing.services.turns import PASS_SECONDS, Turn
from ticketing.passes import COOKIES, cookie_of, pass_for_event

A_DAY = 24 * 3600  # seconds; each answer renews it
PLACES = "place-"
PASSING = {"open", "closed"}  # states in which proofs wait for the line to be asked for again
KEPT = "queueing.kept"  # the attribute of a request that says which cookies to write


def place_cookie(event_id: int) -> str:
    """Return what the cookie is called that keeps the place in the line of an event."""
    return f"{PLACES}{event_id}"


def visitor_of(
    request: HttpRequest, event_id: int, *, user_id: int | None, body: dict[str, Any] | None = None
) -> Visitor:
    """Return who asks about an event, by their sign-in or as the guest that their cookie says."""
    given = body or {}
    guest = read_guest(request.COOKIES.get(COOKIE))
    person = person_of_user(user_id) if user_id is not None else guest
    return Visitor(
        person=person,
        guest=guest if user_id is not None else None,
        place=_text(given.get("place")) or request.COOKIES.get(place_cookie(event_id)),
        admission_pass=_text(given.get("pass")) or pass_for_event(request, event_id),
        address=client_address(request),
    )


def as_guest(request: HttpRequest, visitor: Visitor) -> Visitor:
    """Return `visitor` as somebody: a stranger becomes a guest, whom a cookie will remember."""
    if visitor.person is not None:
        return visitor
    guest = new_guest()
    _keep(request, COOKIE, sign_guest(guest), A_DAY)
    return Visitor(person=guest, address=visitor.address)


def keep_proofs(request: HttpRequest, visitor: Visitor, turn: Turn) -> None:
    """Have the answer's cookies say what `turn` does; programs keep their proofs themselves."""
    if _is_program(request):
        return
    for name, proof, seconds in (
        (place_cookie(turn.event_id), turn.place, A_DAY),
        (cookie_of(turn.event_id), turn.admission_pass, int(PASS_SECONDS)),
    ):
        if proof is not None:
            _keep(request, name, proof, seconds)
        elif name in request.COOKIES and turn.state not in PASSING:
            _keep(request, name, None, 0)
    if visitor.guest is not None and not _waits_elsewhere(request, turn.event_id):
        _keep(request, COOKIE, None, 0)  # they are a user now, everywhere


def _waits_elsewhere(request: HttpRequest, event_id: int) -> bool:
    """Tell whether the guest whom this browser was may have a place in another line."""
    here = {place_cookie(event_id), cookie_of(event_id)}
    return any(name.startswith((PLACES, COOKIES)) for name in request.COOKIES.keys() - here)


def _keep(request: HttpRequest, name: str, text: str | None, seconds: int) -> None:
    kept = getattr(request, KEPT, {})
    setattr(request, KEPT, {**kept, name: (text, seconds)})


def _is_program(request: HttpRequest) -> bool:
    return "HTTP_AUTHORIZATION" in request.META


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


class KeepProofs:
    """Middleware that writes the proofs which a view wants the browser to keep."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the cookies."""
        response = self._get_response(request)
        for name, (text, seconds) in getattr(request, KEPT, {}).items():
            if text is None:
                response.delete_cookie(name, samesite="Lax")
            else:
                response.set_cookie(
                    name,
                    text,
                    max_age=seconds,
                    secure=not settings.DEBUG,
                    httponly=True,
                    samesite="Lax",
                )
        return response
