"""Results and statistics by REST."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Avg
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Malformed
from core.openapi import problems
from voting.api.bodies import PLURALS, named_json, now, read_round, round_json
from voting.api.people import signed_in, viewer
from voting.api.talk_serializers import ResultsOut, StatisticsOut, StatisticsQuery, VotersOut
from voting.errors import NoSuchRound
from voting.ids import row_id, rows_of
from voting.models import Kind, Option, Review, Round
from voting.services.counting import favourites, streak_of, turnouts
from voting.services.looking import voters_of

SINCE = timedelta(days=90)


class Results(APIView):
    """What came of a round, to share."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="votes_rounds_results", responses={200: ResultsOut, **problems(401, 404)}
    )
    def get(self, request: Request, round: str) -> Response:
        of = read_round(row_id(round, missing=NoSuchRound))
        mean = Review.objects.filter(round=of).aggregate(stars=Avg("stars"))
        ranks = {plural: rank_json(of, kind) for kind, plural in PLURALS.items()}
        return Response({"round": round_json(of), **ranks, **mean, "server_time": now()})


class Voters(APIView):
    """By name, who voted for what, for those who are signed in; not of an anonymous round."""

    @extend_schema(
        operation_id="votes_rounds_voters", responses={200: VotersOut, **problems(401, 403, 404)}
    )
    def get(self, request: Request, round: str) -> Response:
        signed_in(request)
        voters = voters_of(round_id=row_id(round, missing=NoSuchRound))
        told = [{"kind": kind, "id": one, "voters": who} for (kind, one), who in voters.items()]
        return Response({"options": told})


class Statistics(APIView):
    """What people like, how many vote, and for how many rounds in a row one has."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="votes_statistics",
        parameters=[StatisticsQuery],
        responses={200: StatisticsOut, **problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        asked = StatisticsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since: date = asked.validated_data.get("since") or timezone.localdate() - SINCE
        team_id = _team_id(asked.validated_data.get("team"))
        user_id = viewer(request)
        liked = favourites(since=since, team_id=team_id)
        voted = turnouts(since=since, team_id=team_id)
        return Response(
            {
                "since": since.isoformat(),
                "favourites": [_favourite_json(one._asdict()) for one in liked],
                "turnouts": [_turnout_json(one._asdict()) for one in voted],
                "streak": None if user_id is None else streak_of(user_id)._asdict(),
            }
        )


def rank_json(of: Round, kind: Kind) -> list[dict[str, Any]]:
    """Return the options of one kind, those with most votes first, who was there first first."""
    options = [option for option in of.options.all() if option.kind == kind]
    won = getattr(of, f"winner_{kind}_id")

    def rank(option: Option) -> tuple[int, float, int]:
        reached = option.reached_at.timestamp() if option.reached_at else 0.0
        return -option.num_votes, reached, option.position

    return [
        {
            **named_json(option),
            "votes": option.num_votes,
            "share": round(option.num_votes / of.num_voters, 4) if of.num_voters else 0,
            "won": option.pk == won,
        }
        for option in sorted(options, key=rank)
    ]


def _favourite_json(fields: dict[str, Any]) -> dict[str, Any]:
    eaten_on = fields["eaten_on"]
    return {
        **{name: value for name, value in fields.items() if name != "place_id"},
        "place": str(fields["place_id"]),
        "eaten_on": eaten_on.isoformat() if eaten_on else None,
    }


def _turnout_json(fields: dict[str, Any]) -> dict[str, Any]:
    kept = {name: fields[name] for name in ("title", "voters", "eligible")}
    day, share = fields["day"].isoformat(), round(fields["share"], 4)
    return {"round": str(fields["round_id"]), **kept, "day": day, "turnout": share}


def _team_id(public: str | None) -> int | None:
    if public is None:
        return None
    known = rows_of([public])
    if not known:
        raise Malformed(errors={"team": "the id of a team"})
    return known[public]
