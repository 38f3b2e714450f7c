"""Events by REST: open to anybody."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import BasePagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Cursor
from core.errors import Malformed
from core.openapi import problems
from ticketing import live
from ticketing.api.serializers import EventDetailOut, EventOut
from ticketing.errors import NoSuchEvent
from ticketing.ids import row_id
from ticketing.models import Event
from ticketing.models.event import Status

LONGEST_SEARCH = 100

# What other apps add to an event's answer, by field: queueing adds `waiting_room`.
EVENT_PARTS: dict[str, Callable[[Event], Any]] = {}


class ByStart(Cursor):
    ordering = ("starts_at", "id")


class EventList(ListAPIView[Event]):
    """Events, soonest first."""

    permission_classes = [AllowAny]
    serializer_class = EventOut
    pagination_class: type[BasePagination] = ByStart

    @extend_schema(
        operation_id="events_list",
        parameters=[
            OpenApiParameter("search", str, description="Words in title, artist, venue, keywords."),
            OpenApiParameter("status", str, enum=Status.values),
        ],
        responses={200: EventOut(many=True), **problems(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Event]:
        events = Event.objects.public().with_status()
        asked = self.request.query_params
        if status := asked.get("status"):
            if status not in Status.values:
                raise Malformed(errors={"status": Status.values})
            events = events.in_status(status)
        return events.matching(asked.get("search", "")[:LONGEST_SEARCH])


class EventDetail(APIView):
    """One event with its ticket types."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="events_retrieve", responses={200: EventDetailOut, **problems(401, 404)}
    )
    def get(self, request: Request, event: str) -> Response:
        found = Event.objects.public().with_status().prefetch_related("ticket_types")
        row = found.filter(pk=row_id(event, missing=NoSuchEvent)).first()
        if row is None:
            raise NoSuchEvent
        body = EventDetailOut(row).data
        body.update({field: part(row) for field, part in EVENT_PARTS.items()})
        return Response({**body, "server_time": live.instant(timezone.now())})
