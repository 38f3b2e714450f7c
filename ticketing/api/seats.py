"""Seats by REST: the drawing of a hall, and which of its seats are free."""

import hashlib
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from core.openapi import problems
from ticketing import live
from ticketing.api.serializers import SeatsOut
from ticketing.errors import NoSuchEvent, NoSuchLayout
from ticketing.ids import row_id
from ticketing.models import Layout
from ticketing.plans import plan_of
from ticketing.seat_map import read_seat_map
from ticketing.seating.wire import layout_json

FOR_EVER = "public, max-age=31536000, immutable"


class Seats(APIView):
    """The state of every seat of an event, a letter each, in the order of its layout."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="events_seats",
        responses={
            200: SeatsOut,
            304: OpenApiResponse(description="Nothing has changed"),
            **problems(401, 404),
        },
    )
    def get(self, request: Request, event: str) -> HttpResponse:
        seat_map = read_seat_map(row_id(event, missing=NoSuchEvent))
        body = orjson.dumps(seat_map.as_json())
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        answer = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
        found = get_conditional_response(request._request, etag=etag, response=answer) or answer
        found["Cache-Control"] = "no-cache"
        found["Server-Time"] = live.instant(timezone.now()) or ""
        patch_vary_headers(found, ("Accept-Language",))
        return found


class LayoutDetail(APIView):
    """A drawing of a hall. It never changes: another drawing has another version."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(
        operation_id="layouts_retrieve",
        responses={200: OpenApiTypes.OBJECT, 304: None, **problems(404)},
    )
    def get(self, request: Request, version: str) -> HttpResponse:
        return layout_response(request._request, version)


def layout_response(request: HttpRequest, version: str) -> HttpResponse:
    """Return a layout in the form that maps load."""
    layout_id = Layout.objects.filter(version=version).values_list("pk", flat=True).first()
    if layout_id is None:
        raise NoSuchLayout
    etag = f'"{version}"'
    headers = {"ETag": etag, "Cache-Control": FOR_EVER}
    unchanged: Any = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(
        layout_json(plan_of(layout_id)), content_type="application/json", headers=headers
    )
