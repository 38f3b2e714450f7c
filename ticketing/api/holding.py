"""POST reservations: the hot path.

It reads JSON and token by hand, because Django REST framework's request, serializers and
renderer cost as much as the hold itself (docs/decisions). OpenAPI is told in
`ticketing.api.reservations`, and the answers are the same.
"""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext_lazy as _

from accounts.authentication import bearer_user_id
from core.api import LARGEST_BODY
from core.errors import DomainError, Malformed, TooLarge
from core.problems import Forbidden, NotSignedIn, problem
from ticketing import live
from ticketing.errors import NoSuchEvent, NoSuchTicketType, WrongQuantity
from ticketing.ids import row_id
from ticketing.services.holding import Hold, hold_tickets

LONGEST_KEY = 255


class NotJSON(DomainError):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send this as application/json.")


def hold(request: HttpRequest) -> HttpResponse:
    """Answer POST reservations with a hold, or with the reason why not."""
    try:
        made = hold_tickets(
            user_id=_buyer(request),
            key=_key(request),
            admission_pass=request.META.get("HTTP_ADMISSION_PASS"),
            **_wish(request),
        )
    except DomainError as refusal:
        return problem(refusal)
    response = HttpResponse(
        orjson.dumps(as_json(made)), content_type="application/json", status=201
    )
    response["Location"] = f"/api/reservations/{made.id}"
    if made.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def as_json(made: Hold) -> dict[str, Any]:
    """Return a hold as it goes over the wire."""
    return {
        "id": str(made.id),
        "code": made.code,
        "event": str(made.event_id),
        "status": "held",
        "expires_at": live.instant(made.expires_at),
        "items": [
            {
                "ticket_type": str(item.ticket_type),
                "name": item.name,
                "quantity": item.quantity,
                "price": item.price,
            }
            for item in made.items
        ],
        "total": made.total,
        "currency": made.currency,
    }


def _buyer(request: HttpRequest) -> int:
    """Return who is signed in: by token, or by session and then only with its CSRF token."""
    user_id = bearer_user_id(request)
    if user_id is not None:
        return user_id
    if not request.user.is_authenticated:
        raise NotSignedIn
    if CsrfViewMiddleware(_unused).process_view(request, _unused, (), {}) is not None:
        raise Forbidden
    return request.user.pk


def _key(request: HttpRequest) -> str | None:
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Malformed(errors={"Idempotency-Key": "1 to 255 printable characters"})
    return key


def _wish(request: HttpRequest) -> dict[str, Any]:
    """Read the body: which event, and how many of which ticket types."""
    if request.content_type != "application/json":
        raise NotJSON
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Malformed(errors={"body": str(error)}) from error
    if not isinstance(body, dict):
        raise Malformed(errors={"body": "an object with event and items"})
    return {
        "event_id": row_id(_text(body, "event"), missing=NoSuchEvent),
        "items": _items(body.get("items")),
    }


def _items(rows: Any) -> dict[int, int]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(errors={"items": "a list of {ticket_type, quantity}"})
    items: dict[int, int] = {}
    for row in rows:
        ticket_type = row_id(_text(row, "ticket_type"), missing=NoSuchTicketType)
        quantity = row.get("quantity")
        if type(quantity) is not int:  # True is an int too
            raise WrongQuantity
        if ticket_type in items:
            raise Malformed(errors={"items": "each ticket type once"})
        items[ticket_type] = quantity
    return items


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise Malformed(errors={name: "required: the id as a string"})


def _unused(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
