"""Votes by REST: the hot path of a round, so without Django REST framework's request and renderer.

OpenAPI is told here all the same. PUT and DELETE say what shall be: said again, nothing changes.
"""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.plain import signed_in_user_id
from core.errors import DomainError
from core.openapi import problems
from core.problems import NotSignedIn, problem
from voting.api.bodies import mine_json, now
from voting.api.serializers import CastOut
from voting.errors import NoSuchRound
from voting.ids import row_id
from voting.models import Kind
from voting.services.casting import Cast, cast_vote

METHODS = {"PUT": True, "DELETE": False}
RESPONSES: dict[Any, Any] = {200: CastOut, **problems(401, 403, 404, 409, 422)}


class Choice(APIView):
    """One choice of one person."""

    kind: Kind

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return super().dispatch(request, *args, **kwargs)
        try:
            return self.answer(request, wanted=METHODS[request.method], **kwargs)
        except DomainError as refusal:
            return problem(refusal)

    def answer(self, request: HttpRequest, *, wanted: bool, **kwargs: str) -> HttpResponse:
        """Let the choice be as it is wanted."""
        user_id = signed_in_user_id(request)
        if user_id is None:
            raise NotSignedIn
        made = cast_vote(
            round_id=row_id(kwargs["round"], missing=NoSuchRound),
            user_id=user_id,
            kind=self.kind,
            target=kwargs[self.kind],
            wanted=wanted,
        )
        body = orjson.dumps(cast_json(made, kind=self.kind))
        return HttpResponse(
            body, content_type="application/json", headers={"Cache-Control": "no-store"}
        )

    def put(self, request: Request, **kwargs: str) -> HttpResponse:
        raise AssertionError("`dispatch` answers it itself")

    def delete(self, request: Request, **kwargs: str) -> HttpResponse:
        raise AssertionError("`dispatch` answers it itself")


def _documented(kind: Kind) -> Any:
    said: dict[str, Any] = {"request": None, "responses": RESPONSES}
    return extend_schema_view(
        put=extend_schema(operation_id=f"votes_{kind.value}_cast", **said),
        delete=extend_schema(operation_id=f"votes_{kind.value}_retract", **said),
    )


@_documented(Kind.PLACE)
class PlaceChoice(Choice):
    """A place on one's ballot, or no more."""

    kind = Kind.PLACE


@_documented(Kind.MENU)
class MenuChoice(Choice):
    """A menu on one's ballot, or no more."""

    kind = Kind.MENU


@_documented(Kind.DATE)
class DateChoice(Choice):
    """A day on one's ballot, or no more."""

    kind = Kind.DATE


def cast_json(made: Cast, *, kind: Kind) -> dict[str, Any]:
    """Return what came of a vote: the round in figures, the option, one's whole ballot."""
    return {
        "changed": made.changed,
        "round": made.round,
        "option": {"kind": kind, **made.option},
        "mine": mine_json(made.mine),
        "server_time": now(),
    }
