"""The admission pass that came with a request: the leave to buy that a waiting room gave.

Programs send it in a header. Browsers keep one for each event in a cookie of its own, as a person
may have been let in to several; it goes along with pages and with what their scripts ask for.
"""

import uuid

from django.http import HttpRequest

from ticketing.models import Reservation

HEADER = "Admission-Pass"
COOKIES = "admission-"


def cookie_of(event_id: int) -> str:
    """Return what the cookie is called that keeps the pass of an event."""
    return f"{COOKIES}{event_id}"


def pass_for_event(request: HttpRequest, event_id: int) -> str | None:
    """Return the pass that came along for an event."""
    return request.headers.get(HEADER) or request.COOKIES.get(cookie_of(event_id)) or None


def pass_for_reservation(request: HttpRequest, reservation_id: uuid.UUID) -> str | None:
    """Return the pass that came along for the event of a reservation.

    Which event that is costs a query, and only those who have a cookie of some event.
    """
    if HEADER in request.headers or not any(name.startswith(COOKIES) for name in request.COOKIES):
        return request.headers.get(HEADER) or None
    found = Reservation.objects.filter(pk=reservation_id).values_list("event_id", flat=True).first()
    return None if found is None else pass_for_event(request, found)
