"""One's own selection by REST: what one holds while choosing. PUT says what shall be."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.openapi import problems
from ticketing import live
from ticketing.api.bodies import selection_json
from ticketing.api.people import signed_in
from ticketing.api.serializers import BestIn, QuantityIn, ReservationOut, SelectionEnvelope
from ticketing.errors import NoSuchEvent, NoSuchReservation, NoSuchTicketType
from ticketing.ids import row_id, uuid_of
from ticketing.passes import HEADER, pass_for_event
from ticketing.selections import Selection
from ticketing.services.choosing import Wish, change_selection, open_selection
from ticketing.services.prolonging import prolong_hold
from ticketing.services.recommending import choose_best

PASS = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)
REFUSALS = problems(400, 401, 403, 404, 409, 413, 415, 422)


def answer(made: Selection | None) -> Response:
    """Answer with what is open now; what has just been given up is not."""
    is_open = made is not None and made.status == "held"
    body = selection_json(made) if made is not None and is_open else None
    return Response({"selection": body, "server_time": live.instant(timezone.now())})


def wish_of(request: Request, event: str, **changes: Any) -> Wish:
    event_id = row_id(event, missing=NoSuchEvent)
    return Wish(
        user_id=signed_in(request),
        event_id=event_id,
        admission_pass=pass_for_event(request._request, event_id),
        **changes,
    )


class SelectionDetail(APIView):
    @extend_schema(
        operation_id="selection_retrieve",
        responses={200: SelectionEnvelope, **problems(401, 404)},
    )
    def get(self, request: Request, event: str) -> Response:
        event_id = row_id(event, missing=NoSuchEvent)
        return answer(open_selection(user_id=signed_in(request), event_id=event_id))


class SelectionSeat(APIView):
    @extend_schema(
        operation_id="selection_pick",
        request=None,
        parameters=[PASS],
        responses={200: SelectionEnvelope, **REFUSALS},
    )
    def put(self, request: Request, event: str, seat: str) -> Response:
        return answer(change_selection(wish_of(request, event, picks=[seat])))

    @extend_schema(operation_id="selection_drop", responses={200: SelectionEnvelope, **REFUSALS})
    def delete(self, request: Request, event: str, seat: str) -> Response:
        return answer(change_selection(wish_of(request, event, drops=[seat])))


class SelectionItem(APIView):
    @extend_schema(
        operation_id="selection_stand",
        request=QuantityIn,
        parameters=[PASS],
        responses={200: SelectionEnvelope, **REFUSALS},
    )
    def put(self, request: Request, event: str, ticket_type: str) -> Response:
        asked = QuantityIn(data=request.data)
        asked.is_valid(raise_exception=True)
        standing = {row_id(ticket_type, missing=NoSuchTicketType): asked.validated_data["quantity"]}
        return answer(change_selection(wish_of(request, event, standing=standing)))


class SelectionBest(APIView):
    @extend_schema(
        operation_id="selection_best",
        request=BestIn,
        parameters=[PASS],
        responses={200: SelectionEnvelope, **REFUSALS},
    )
    def post(self, request: Request, event: str) -> Response:
        asked = BestIn(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        made = choose_best(
            wish_of(request, event),
            ticket_type_id=row_id(wanted["ticket_type"], missing=NoSuchTicketType),
            quantity=wanted["quantity"],
            split=wanted["split"],
            accessible=wanted["accessible"],
        )
        return answer(made)


class Prolong(APIView):
    @extend_schema(
        operation_id="reservations_prolong",
        request=None,
        responses={200: ReservationOut, **problems(401, 403, 404, 409, 410)},
    )
    def post(self, request: Request, reservation: str) -> Response:
        row = prolong_hold(
            reservation_id=uuid_of(reservation, missing=NoSuchReservation),
            user_id=signed_in(request),
        )
        return Response(ReservationOut(row).data)
