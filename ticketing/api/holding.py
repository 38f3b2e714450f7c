"""POST reservations: the hot path.

It reads JSON and token by hand, because Django REST framework's request, serializers and
renderer cost as much as the hold itself (docs/decisions). OpenAPI is told in
`ticketing.api.reservations`, and the answers are the same.
"""

import hashlib
from dataclasses import replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from accounts.plain import signed_in_user_id
from core.api import read_object
from core.errors import DomainError, Malformed
from core.problems import NotSignedIn, problem
from ticketing.api.bodies import hold_json, selection_json
from ticketing.errors import NoSuchEvent, NoSuchSeat, NoSuchTicketType, WrongQuantity
from ticketing.ids import row_id
from ticketing.passes import pass_for_event
from ticketing.selections import Hold, Selection
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.holding import hold_tickets
from ticketing.services.recommending import choose_best

LONGEST_KEY = 255


def hold(request: HttpRequest) -> HttpResponse:
    """Answer POST reservations with a hold, or with the reason why not."""
    try:
        made, content = _make(request)
    except DomainError as refusal:
        return problem(refusal)
    response = HttpResponse(orjson.dumps(content), content_type="application/json", status=201)
    response["Location"] = f"/api/reservations/{made.id}"
    if made.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def _make(request: HttpRequest) -> tuple[Hold, dict[str, Any]]:
    """Hold what the body asks for: tickets by number alone, or seats, which take longer."""
    user_id, key, body = _buyer(request), _key(request), read_object(request)
    event_id = row_id(_text(body, "event"), missing=NoSuchEvent)
    admission_pass = pass_for_event(request, event_id)
    if "seats" in body or "best_available" in body:
        wish = Wish(
            user_id=user_id,
            event_id=event_id,
            anew=True,
            key=key,
            admission_pass=admission_pass,
            fingerprint=_print(body) if key else "",
        )
        chosen = _choose(wish, body)
        return chosen, selection_json(chosen)
    held = hold_tickets(
        user_id=user_id,
        event_id=event_id,
        items=_items(body.get("items")),
        key=key,
        admission_pass=admission_pass,
    )
    return held, hold_json(held, held.items)


def _print(body: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _choose(wish: Wish, body: dict[str, Any]) -> Selection:
    """Hold the seats that are named, or the best there are."""
    best = body.get("best_available")
    if best is None:
        seats = body.get("seats")
        if not isinstance(seats, list) or not seats or not all(isinstance(s, str) for s in seats):
            raise Malformed(errors={"seats": "a list of the ids of seats"})
        standing = _items(body["items"]) if "items" in body else {}
        made = change_selection(replace(wish, picks=list(dict.fromkeys(seats)), standing=standing))
        if made is None:
            raise NoSuchSeat(seats=seats)
        return made
    if not isinstance(best, dict) or "seats" in body or "items" in body:
        raise Malformed(errors={"best_available": "{ticket_type, quantity}, and nothing beside it"})
    [(ticket_type, quantity)] = _items([best]).items()
    flags = {name: best.get(name, False) for name in ("split", "accessible")}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise Malformed(errors={"best_available": "split and accessible are true or false"})
    return choose_best(wish, ticket_type_id=ticket_type, quantity=quantity, **flags)


def _buyer(request: HttpRequest) -> int:
    user_id = signed_in_user_id(request)
    if user_id is None:
        raise NotSignedIn
    return user_id


def _key(request: HttpRequest) -> str | None:
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Malformed(errors={"Idempotency-Key": "1 to 255 printable characters"})
    return key


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
