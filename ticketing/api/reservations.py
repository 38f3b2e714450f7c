"""Reservations by REST: one's own."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import BasePagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Cursor
from core.openapi import problems
from ticketing.api.holding import LONGEST_KEY, hold
from ticketing.api.people import signed_in
from ticketing.api.serializers import ConfirmIn, HoldIn, MadeOut, ReservationOut
from ticketing.errors import NoSuchReservation
from ticketing.ids import uuid_of
from ticketing.models import Reservation
from ticketing.models.reservation import Status
from ticketing.passes import HEADER, pass_for_reservation
from ticketing.services.ending import cancel_reservation
from ticketing.services.paying import confirm_reservation, receive_webhook


class Latest(Cursor):
    ordering = ("-created_at", "id")


class Reservations(ListAPIView[Reservation]):
    """GET: my reservations, latest first. POST: hold tickets."""

    serializer_class = ReservationOut
    pagination_class: type[BasePagination] = Latest

    def get_queryset(self) -> QuerySet[Reservation]:
        mine = Reservation.objects.whole().prefetch_related("seats")
        return mine.filter(user=signed_in(self.request))

    @extend_schema(
        operation_id="reservations_list",
        responses={200: ReservationOut(many=True), **problems(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="reservations_create",
        request=HoldIn,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                OpenApiParameter.HEADER,
                description="The same key and body get the same answer, once made.",
            ),
            OpenApiParameter(HEADER, str, OpenApiParameter.HEADER),
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, required=True, response=[201]
            ),
            OpenApiParameter(
                "Idempotent-Replayed",
                str,
                OpenApiParameter.HEADER,
                enum=["true"],
                response=[201],
                description="Where an earlier answer to the same key is given again.",
            ),
        ],
        responses={201: MadeOut, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        raise AssertionError("`dispatch` answers POST itself")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return hold(request)
        return super().dispatch(request, *args, **kwargs)


class ReservationDetail(APIView):
    @extend_schema(
        operation_id="reservations_retrieve", responses={200: ReservationOut, **problems(401, 404)}
    )
    def get(self, request: Request, reservation: str) -> Response:
        mine = Reservation.objects.whole().filter(user=signed_in(request))
        row = mine.filter(pk=uuid_of(reservation, missing=NoSuchReservation)).first()
        if row is None:
            raise NoSuchReservation
        return Response(ReservationOut(row).data)


class Confirm(APIView):
    @extend_schema(
        operation_id="reservations_confirm",
        request=ConfirmIn,
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)],
        responses={
            200: ReservationOut,
            202: OpenApiResponse(ReservationOut, description="The provider has not answered yet"),
            **problems(400, 401, 402, 403, 404, 409, 410, 413, 415),
        },
    )
    def post(self, request: Request, reservation: str) -> Response:
        asked = ConfirmIn(data=request.data)
        asked.is_valid(raise_exception=True)
        payment = dict(asked.validated_data.get("payment", {}))
        reservation_id = uuid_of(reservation, missing=NoSuchReservation)
        row = confirm_reservation(
            reservation_id=reservation_id,
            user_id=signed_in(request),
            provider=payment.pop("provider", ""),
            details=payment,
            admission_pass=pass_for_reservation(request._request, reservation_id),
        )
        status = 200 if row.status == Status.CONFIRMED else 202
        return Response(ReservationOut(row).data, status=status)


class Cancel(APIView):
    @extend_schema(
        operation_id="reservations_cancel",
        request=None,
        responses={200: ReservationOut, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, reservation: str) -> Response:
        row = cancel_reservation(
            reservation_id=uuid_of(reservation, missing=NoSuchReservation),
            user_id=signed_in(request),
        )
        return Response(ReservationOut(row).data)


class Webhook(APIView):
    """Where a payment provider tells what became of a charge; trusted by its signature alone."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="payments_webhook",
        request=OpenApiTypes.OBJECT,
        responses={204: None, **problems(400, 403, 404, 413)},
    )
    def post(self, request: Request, provider: str) -> Response:
        receive_webhook(
            provider=provider, headers=dict(request.headers), body=request._request.body
        )
        return Response(status=204)
