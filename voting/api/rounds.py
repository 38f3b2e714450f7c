"""Rounds by REST: open to anybody; who is signed in sees their own choices."""

from typing import Any

from django.db.models import QuerySet
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
from voting.api.bodies import detail_json, named_json, now, read_round, round_json, told_rounds
from voting.api.people import viewer
from voting.api.serializers import HistoryOut, RoundDetail, RoundOut, TodayOut
from voting.errors import NoSuchRound
from voting.ids import row_id, rows_of
from voting.models import Option, Round, Status
from voting.services.looking import history_of, round_for


class RoundAnswer(RoundOut):
    def to_representation(self, instance: Round) -> dict[str, Any]:
        return round_json(instance)


class ByOpening(Cursor):
    ordering = ("-opens_at", "-id")


class Today(APIView):
    """The round to show now: one that is open, else the next, else the latest of today."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="votes_today", responses={200: TodayOut, **problems(401)})
    def get(self, request: Request) -> Response:
        user_id = viewer(request)
        shown = round_for(user_id)
        told = detail_json(read_round(shown.pk), user_id=user_id) if shown is not None else None
        return Response({"round": told, "server_time": now()})


class RoundList(ListAPIView[Round]):
    """Rounds, newest first."""

    permission_classes = [AllowAny]
    serializer_class = RoundAnswer
    pagination_class: type[BasePagination] = ByOpening

    @extend_schema(
        operation_id="votes_rounds_list",
        parameters=[
            OpenApiParameter("status", str, enum=Status.values),
            OpenApiParameter("team", str, description="The id of a team."),
        ],
        responses={200: RoundOut(many=True), **problems(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Round]:
        rounds = told_rounds()
        asked = self.request.query_params
        if status := asked.get("status"):
            if status not in Status.values:
                raise Malformed(errors={"status": Status.values})
            rounds = rounds.in_status(status)
        if team := asked.get("team"):
            rounds = rounds.filter(team=_team_id(team))
        return rounds


def _team_id(public: str) -> int:
    if (known := rows_of([public])) == {}:
        raise Malformed(errors={"team": "the id of a team"})
    return known[public]


class RoundView(APIView):
    """One round with all that is up for vote in it."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="votes_rounds_retrieve", responses={200: RoundDetail, **problems(401, 404)}
    )
    def get(self, request: Request, round: str) -> Response:
        of = read_round(row_id(round, missing=NoSuchRound))
        return Response(detail_json(of, user_id=viewer(request)))


class History(APIView):
    """How the counts have moved since the first vote; nothing about who."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="votes_rounds_history", responses={200: HistoryOut, **problems(401, 404)}
    )
    def get(self, request: Request, round: str) -> Response:
        round_id = row_id(round, missing=NoSuchRound)
        if not Round.objects.filter(pk=round_id).exists():
            raise NoSuchRound
        options = Option.objects.filter(round=round_id).select_related("place", "menu")
        named = [named_json(option) for option in options]
        points = [
            [int(point.at.timestamp() * 1000), ".".join(point.option), point.votes]
            for point in history_of(round_id=round_id)
        ]
        told = [{"key": f"{one['kind']}.{one['id']}", **one} for one in named]
        return Response({"options": told, "points": points})
