"""Places and menus by REST: anybody looks, who is signed in adds."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import BasePagination
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Cursor
from core.openapi import problems
from voting.api.bodies import menu_json, place_json
from voting.api.people import signed_in
from voting.api.serializers import MenuOut, PlaceOut
from voting.api.talk_serializers import MenuIn, PlaceIn
from voting.api.talking import REFUSALS, asked
from voting.errors import NoSuchMenu, NoSuchPlace, NotYours
from voting.ids import row_id
from voting.models import Menu, Place
from voting.services.gathering import add_menu, add_place, edit_place

LONGEST_SEARCH = 100


class PlaceAnswer(PlaceOut):
    def to_representation(self, instance: Place) -> dict[str, Any]:
        return place_json(instance)


class MenuAnswer(MenuOut):
    def to_representation(self, instance: Menu) -> dict[str, Any]:
        return menu_json(instance)


class PlacesByName(Cursor):
    ordering = ("name", "id")


class MenusByName(Cursor):
    ordering = ("name", "id")


class Places(ListAPIView[Place]):
    """GET: the places that may be put up for vote. POST: one more, or the one that is there."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = PlaceAnswer
    pagination_class: type[BasePagination] = PlacesByName

    def get_queryset(self) -> QuerySet[Place]:
        words = self.request.query_params.get("search", "")[:LONGEST_SEARCH]
        return Place.objects.current().matching(words).prefetch_related("menus")

    @extend_schema(
        operation_id="votes_places_list",
        parameters=[OpenApiParameter("search", str, description="Words in name, address, memo.")],
        responses={200: PlaceOut(many=True), **problems(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="votes_places_create",
        request=PlaceIn,
        responses={200: PlaceOut, 201: PlaceOut, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        user_id = signed_in(request)
        made = add_place(user_id=user_id, **_fields(asked(PlaceIn, request)))
        return Response(place_json(made.thing), status=201 if made.new else 200)


class PlaceView(APIView):
    """One place; whoever added it, or an operator, may change it."""

    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(
        operation_id="votes_places_retrieve", responses={200: PlaceOut, **problems(401, 404)}
    )
    def get(self, request: Request, place: str) -> Response:
        return Response(place_json(self.found(place)))

    @extend_schema(
        operation_id="votes_places_edit",
        request=PlaceIn,
        responses={200: PlaceOut, **REFUSALS},
    )
    def patch(self, request: Request, place: str) -> Response:
        user_id, of = signed_in(request), self.found(place)
        operates = request.user.is_staff and request.user.has_perm("voting.change_place")
        if of.added_by_id != user_id and not operates:
            raise NotYours
        fields = _fields(asked(PlaceIn, request, partial=True))
        return Response(place_json(edit_place(place_id=of.pk, **fields)))

    def found(self, place: str) -> Place:
        """Return a place that may be put up for vote."""
        of = Place.objects.current().filter(pk=row_id(place, missing=NoSuchPlace)).first()
        if of is None:
            raise NoSuchPlace
        return of


class Menus(ListAPIView[Menu]):
    """GET: the menus that may be put up for vote. POST: one more, or the one that is there."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = MenuAnswer
    pagination_class: type[BasePagination] = MenusByName
    queryset = Menu.objects.current()

    @extend_schema(
        operation_id="votes_menus_list",
        responses={200: MenuOut(many=True), **problems(400, 401)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="votes_menus_create",
        request=MenuIn,
        responses={200: MenuOut, 201: MenuOut, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        made = add_menu(user_id=signed_in(request), **asked(MenuIn, request))
        return Response(menu_json(made.thing), status=201 if made.new else 200)


def _fields(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said of a place, its menus by their rows."""
    if "menus" not in said:
        return said
    return {**said, "menus": [row_id(one, missing=NoSuchMenu) for one in said["menus"]]}
