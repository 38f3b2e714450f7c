"""Steering a line by REST, for operators: what the admin can, with the same trace in the record."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.openapi import problems
from queueing.errors import NoSuchRoom, NotInLine
from queueing.live import queue_value
from queueing.models import WaitingRoom
from queueing.people import person_of_user
from queueing.rooms import known_of
from queueing.services.steering import (
    MOST_AT_ONCE,
    SETTINGS,
    admit_now,
    clear_line,
    configure_room,
    create_room,
    remove_person,
)
from queueing.showing import read_line
from ticketing.errors import NoSuchEvent
from ticketing.ids import row_id
from ticketing.models import Event
from ticketing.stock import NOTHING, stock_of

REFUSALS = problems(400, 401, 403, 404, 409, 413, 415, 422)


class MaySteer(BasePermission):
    """Operators who may change waiting rooms."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        may = user.is_active and user.has_perm("queueing.change_waitingroom")
        return bool(user.is_authenticated and getattr(user, "is_staff", False) and may)


class SettingsIO(serializers.ModelSerializer[WaitingRoom]):
    class Meta:
        model = WaitingRoom
        fields = sorted(SETTINGS)
        # What does not go together is for the service to refuse, by what the room says then.
        validators: list[Any] = []


class RoomOut(serializers.Serializer[Any]):
    event = serializers.CharField()
    settings = SettingsIO()
    line = serializers.DictField(help_text="As the topic `queue.<event>` tells it.")
    epoch = serializers.IntegerField()
    record = serializers.DictField(help_text="`entries`, and `head`, the digest of the last.")


class AdmitIn(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_AT_ONCE)


class AdmitOut(serializers.Serializer[Any]):
    admitted = serializers.IntegerField(help_text="How many there were to let in.")


class RemoveIn(serializers.Serializer[Any]):
    """One of both."""

    username = serializers.CharField(required=False)
    number = serializers.IntegerField(required=False, min_value=1, max_value=2**53)


class ClearIn(serializers.Serializer[Any]):
    epoch = serializers.IntegerField(
        required=False, help_text="Of the line that is meant; refused if another has begun."
    )


class Steering(APIView):
    permission_classes = [MaySteer]

    def room(self, event: str) -> WaitingRoom:
        """Return the room of an event."""
        found = WaitingRoom.objects.filter(event_id=row_id(event, missing=NoSuchEvent)).first()
        if found is None:
            raise NoSuchRoom
        return found

    def asked(self, form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """Return what the body asks for."""
        said = form(data=request.data)
        said.is_valid(raise_exception=True)
        valid: dict[str, Any] = said.validated_data
        return valid


class Room(Steering):
    """The waiting room of an event: its settings, and its line in figures."""

    @extend_schema(
        operation_id="queue_room_retrieve",
        responses={200: RoomOut, **problems(401, 403, 404)},
    )
    def get(self, request: Request, event: str) -> Response:
        return Response(room_json(self.room(event)))

    @extend_schema(
        operation_id="queue_room_configure",
        description="Changes what is named, and makes the room where there is none.",
        request=SettingsIO,
        responses={200: RoomOut, **REFUSALS},
    )
    def patch(self, request: Request, event: str) -> Response:
        form = SettingsIO(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changes, by = form.validated_data, _by(request)
        try:
            room = configure_room(room_id=self.room(event).pk, changes=changes, by=by)
        except NoSuchRoom:
            event_id = row_id(event, missing=NoSuchEvent)
            if not Event.objects.filter(pk=event_id).exists():
                raise NoSuchEvent from None
            room = create_room(event_id=event_id, changes=changes, by=by)
        return Response(room_json(room))


class Admit(Steering):
    """Let so many more in at once, whatever the limits are."""

    @extend_schema(
        operation_id="queue_room_admit", request=AdmitIn, responses={200: AdmitOut, **REFUSALS}
    )
    def post(self, request: Request, event: str) -> Response:
        quantity = self.asked(AdmitIn, request)["quantity"]
        done = admit_now(room_id=self.room(event).pk, quantity=quantity, by=_by(request))
        return Response({"admitted": done})


class Remove(Steering):
    """Take somebody's place or admission away; passes are void from now on."""

    @extend_schema(
        operation_id="queue_room_remove", request=RemoveIn, responses={200: RoomOut, **REFUSALS}
    )
    def post(self, request: Request, event: str) -> Response:
        asked, room = self.asked(RemoveIn, request), self.room(event)
        if "username" in asked:
            user = User.objects.named(asked["username"]).first()
            if user is None:
                raise NotInLine
            remove_person(room_id=room.pk, person=person_of_user(user.pk), by=_by(request))
        else:
            remove_person(room_id=room.pk, number=asked.get("number"), by=_by(request))
        return Response(room_json(room))


class Clear(Steering):
    """Send everybody away; a new line begins."""

    @extend_schema(
        operation_id="queue_room_clear", request=ClearIn, responses={200: RoomOut, **REFUSALS}
    )
    def post(self, request: Request, event: str) -> Response:
        epoch = self.asked(ClearIn, request).get("epoch")
        room = clear_line(room_id=self.room(event).pk, by=_by(request), epoch=epoch)
        return Response(room_json(room))


def room_json(room: WaitingRoom) -> dict[str, Any]:
    """Return a room as operators see it."""
    room.refresh_from_db()
    event_id = room.event_id
    stock = stock_of([event_id]).get(event_id, NOTHING)
    line = queue_value(event_id, known=known_of(room), room=read_line(event_id), stock=stock)
    return {
        "event": str(event_id),
        "settings": SettingsIO(room).data,
        "line": line,
        "epoch": room.epoch,
        "record": {"entries": room.num_entries, "head": room.head},
    }


def _by(request: Request) -> int:
    return int(request.user.pk or 0)
