"""The pipes over plain HTTP: snapshots for whoever has no socket, and tickets for sockets."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import conditional
from core.errors import Malformed
from core.openapi import problems
from realtime import frames, limits
from realtime.addresses import live_url
from realtime.errors import TooManyTopics
from realtime.rendering import render_fragments
from realtime.sealed import Sealed
from realtime.snapshots import seal_snapshot
from realtime.tickets import LIFETIME, issue_ticket
from realtime.topics import check_right, find

JSON_FORMAT = "application/json"
HTML_FORMAT = "text/html; charset=utf-8"

CHANGE = inline_serializer(
    "Change",
    {
        "key": serializers.CharField(),
        "kind": serializers.CharField(),
        "version": serializers.IntegerField(),
        "value": serializers.JSONField(),
    },
    many=True,
)
SNAPSHOTS = inline_serializer(
    "Snapshots",
    {
        "snapshots": inline_serializer(
            "Snapshot",
            {
                "type": serializers.ChoiceField(["snapshot"]),
                "topic": serializers.CharField(),
                "seq": serializers.IntegerField(),
                "changes": CHANGE,
            },
            many=True,
        )
    },
)
TICKET = inline_serializer(
    "LiveTicket",
    {
        "ticket": serializers.CharField(),
        "url": serializers.CharField(),
        "expires_in": serializers.IntegerField(),
    },
)


class LiveSnapshots(APIView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="live",
        summary="What is true now of some topics",
        description=(
            "The snapshots that `/ws/live` sends first, for polling while there is no socket. "
            "Send the ETag back in If-None-Match: what has not changed costs a 304. "
            "The header Server-Time has the server's clock."
        ),
        parameters=[
            OpenApiParameter("topics", str, required=True, description="event.7,queue.7"),
            OpenApiParameter("format", str, enum=["batch", "html"], default="batch"),
        ],
        responses={
            (200, "application/json"): SNAPSHOTS,
            (200, "text/html"): OpenApiTypes.STR,
            304: OpenApiResponse(description="Nothing has changed"),
            **problems(400, 401, 403, 404, 422),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with the snapshots of `topics`, or 304."""
        topics = _topics_of(request)
        for topic in topics:
            check_right(topic, request.user)
        snapshots = {topic: seal_snapshot(topic) for topic in topics}
        as_html = request.query_params.get("format", "batch") == "html"
        response = _html(snapshots) if as_html else _json(snapshots)
        return conditional(
            request._request,
            response,
            cached="private, no-cache",
            vary=("Accept-Language", "Authorization", "Cookie"),
        )

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple:  # type: ignore[type-arg]
        """Leave `format` to us: here it names a format of the wire, not of the renderer."""
        return self.get_renderers()[0], JSON_FORMAT


class LiveTicket(APIView):
    @extend_schema(
        operation_id="live_ticket",
        summary="A ticket that signs one socket in",
        description="Open `url` within `expires_in` seconds; the ticket is good for one socket.",
        request=None,
        responses={200: TICKET, **problems(401, 403)},
    )
    def post(self, request: Request) -> Response:
        """Issue a one-time ticket to whoever is signed in."""
        ticket = issue_ticket(user_id=int(request.user.pk or 0))
        url = live_url(request._request)
        joint = "&" if "?" in url else "?"
        answer = {"ticket": ticket, "url": f"{url}{joint}ticket={ticket}", "expires_in": LIFETIME}
        return Response(answer, headers={"Cache-Control": "no-store"})


def _topics_of(request: Request) -> list[str]:
    words = request.query_params.get("topics", "").split(",")
    topics = list(dict.fromkeys(filter(None, words)))
    if not topics:
        raise Malformed(errors={"topics": "Name at least one topic."})
    if request.query_params.get("format", "batch") not in {"batch", "html"}:
        raise Malformed(errors={"format": "Choose batch or html."})
    if len(topics) > limits.TOPICS_PER_SOCKET:
        raise TooManyTopics(limit=limits.TOPICS_PER_SOCKET)
    return topics


def _json(snapshots: dict[str, list[Sealed]]) -> HttpResponse:
    parts = [
        payload
        for topic, changes in snapshots.items()
        for payload in frames.batch("snapshot", topic, 0, changes).payloads
    ]
    return HttpResponse(b'{"snapshots":[%b]}' % b",".join(parts), content_type=JSON_FORMAT)


def _html(snapshots: dict[str, list[Sealed]]) -> HttpResponse:
    language = translation.get_language() or settings.LANGUAGE_CODE
    fragments: list[str] = []
    for topic, changes in snapshots.items():
        kind, _ = find(topic)
        fragments += render_fragments(kind, language, changes)
    return HttpResponse(b"".join(frames.html(fragments).payloads), content_type=HTML_FORMAT)
