"""The line by REST, open to guests as well: the hot path of a rush, so read by hand.

Django REST framework's request and renderer cost more than joining does; OpenAPI is told here all
the same, and the answers have the same form.
"""

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.plain import signed_in_user_id
from core.api import read_object
from core.errors import DomainError
from core.openapi import problems
from core.problems import problem
from queueing.services.lining_up import Visitor, ask_turn, join_line, leave_line
from queueing.services.turns import Turn
from queueing.visits import as_guest, keep_proofs, visitor_of
from realtime.frames import now
from ticketing.errors import NoSuchEvent
from ticketing.ids import row_id
from ticketing.live import instant
from ticketing.passes import HEADER

Ask = Callable[..., Turn]


@extend_schema_field(OpenApiTypes.DOUBLE)
class Seconds(serializers.Field):  # type: ignore[type-arg]
    """A number of seconds, with its tenths."""


class WaitOut(serializers.Serializer[Any]):
    low = serializers.IntegerField(help_text="Seconds; it was rarely less.")
    high = serializers.IntegerField(help_text="Seconds; it was rarely more.")


class ProofsIn(serializers.Serializer[Any]):
    """Proofs that a program kept. Browsers keep theirs in cookies."""

    place = serializers.CharField(required=False, help_text="From an earlier answer.")
    # `pass` is no name that Python allows.

    def get_fields(self) -> dict[str, Any]:
        """Add the field whose name is a word of Python's own."""
        return {**super().get_fields(), "pass": serializers.CharField(required=False)}


class TurnOut(serializers.Serializer[Any]):
    event = serializers.CharField()
    state = serializers.ChoiceField(["open", "waiting", "admitted", "closed"])
    joined = serializers.BooleanField(
        help_text="False where one would have to line up and has not: POST check."
    )
    number = serializers.IntegerField(allow_null=True, help_text="Drawn on joining.")
    position = serializers.IntegerField(allow_null=True, help_text="How many are ahead.")
    behind = serializers.IntegerField(allow_null=True)
    waiting = serializers.IntegerField()
    active = serializers.IntegerField()
    threshold = serializers.IntegerField()
    eta_seconds = serializers.IntegerField(allow_null=True)
    eta = WaitOut(allow_null=True)
    poll_after = Seconds(help_text="Ask again after so many.")
    place = serializers.CharField(allow_null=True, help_text="The proof of one's place: keep it.")
    expires_at = serializers.DateTimeField(allow_null=True)
    early = serializers.BooleanField(help_text="Places are drawn at opens_at.")
    opens_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    server_time = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Add the field whose name is a word of Python's own."""
        admission = serializers.CharField(allow_null=True, help_text=f"Send it as {HEADER}.")
        return {**super().get_fields(), "pass": admission}


class Plain(APIView):
    """A view that answers by itself, and is there for OpenAPI's sake."""

    permission_classes = [AllowAny]
    methods = frozenset({"POST"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in self.methods:
            try:
                return self.answer(request, str(kwargs["event"]))
            except DomainError as refusal:
                return problem(refusal)
        return super().dispatch(request, *args, **kwargs)

    def answer(self, request: HttpRequest, event: str) -> HttpResponse:
        """Answer the one method there is."""
        raise NotImplementedError


class Check(Plain):
    """Join the line, or go straight in where the door is open; again, it changes nothing."""

    @extend_schema(
        operation_id="queue_check",
        request=ProofsIn,
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)],
        responses={200: TurnOut, **problems(400, 401, 403, 404, 413, 415, 429)},
    )
    def post(self, request: Request, event: str) -> HttpResponse:
        raise AssertionError("`dispatch` answers it itself")

    def answer(self, request: HttpRequest, event: str) -> HttpResponse:
        """Join."""
        return _answer(request, event, join_line, joins=True)


class Status(Plain):
    """How one stands. It never joins; asking is a sign of life."""

    methods = frozenset({"GET", "HEAD"})

    @extend_schema(
        operation_id="queue_status",
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)],
        responses={200: TurnOut, **problems(401, 404, 429)},
    )
    def get(self, request: Request, event: str) -> HttpResponse:
        raise AssertionError("`dispatch` answers it itself")

    def answer(self, request: HttpRequest, event: str) -> HttpResponse:
        """Look."""
        return _answer(request, event, ask_turn)


class Leave(Plain):
    """Give up one's place or admission; passes are void from now on."""

    @extend_schema(
        operation_id="queue_leave",
        request=None,
        responses={200: TurnOut, **problems(401, 403, 404)},
    )
    def post(self, request: Request, event: str) -> HttpResponse:
        raise AssertionError("`dispatch` answers it itself")

    def answer(self, request: HttpRequest, event: str) -> HttpResponse:
        """Leave."""
        return _answer(request, event, leave_line)


def _answer(request: HttpRequest, event: str, ask: Ask, *, joins: bool = False) -> HttpResponse:
    event_id = row_id(event, missing=NoSuchEvent)
    user_id = signed_in_user_id(request)
    body = read_object(request) if request.method == "POST" and request.body else None
    visitor: Visitor = visitor_of(request, event_id, user_id=user_id, body=body)
    if joins:
        visitor = as_guest(request, visitor)
    turn = ask(event_id=event_id, visitor=visitor)
    keep_proofs(request, visitor, turn)
    response = HttpResponse(orjson.dumps(turn_json(turn)), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def turn_json(turn: Turn) -> dict[str, Any]:
    """Return `turn` as it goes over the wire; times of waiting are in whole seconds."""
    wait = turn.wait
    return {
        "event": str(turn.event_id),
        "state": turn.state,
        "joined": turn.joined,
        "number": turn.number,
        "position": turn.position,
        "behind": turn.behind,
        "waiting": turn.waiting,
        "active": turn.active,
        "threshold": turn.threshold,
        "eta_seconds": None if wait is None else round(wait.expected),
        "eta": None if wait is None else {"low": round(wait.low), "high": round(wait.high)},
        "poll_after": turn.poll_after,
        "pass": turn.admission_pass,
        "place": turn.place,
        "expires_at": instant(turn.expires_at),
        "early": turn.early,
        "opens_at": instant(turn.opens_at),
        "reason": turn.reason,
        "message": turn.message,
        "server_time": now(),
    }
