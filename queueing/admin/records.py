"""The record of waiting rooms and their traffic, to be read and never changed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from queueing.admin.telling import tell_entry
from queueing.models import RecordEntry, Traffic, WaitingRoom

MOST_ROOMS = 50  # to choose from, those of the newest events


class NeverAlone:
    """Goes with its event, where that is deleted, and in no other way."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer none: the only one would be to delete."""
        return {}

    def delete_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what nobody may do."""
        raise PermissionDenied


class OnlyRead(NeverAlone):
    """Shows rows of a room; the house writes them."""

    @admin.display(description=_("event"))
    def event(self, row: Any) -> str:
        return str(row.room.event)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ByEvent(admin.SimpleListFilter):
    title = _("event")
    parameter_name = "room"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the newest events that have a room."""
        rooms = WaitingRoom.objects.order_by("-event_id").values_list("pk", "event__title")
        return [(str(pk), title) for pk, title in rooms[:MOST_ROOMS]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        return queryset.filter(room=int(chosen)) if chosen.isdecimal() else queryset


@admin.register(RecordEntry)
class RecordEntryAdmin(OnlyRead, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("sequence", "event", "at", "kind", "words")
    list_filter = (ByEvent, "kind")
    list_select_related = ("room__event",)
    ordering = ("-room", "-sequence")
    show_full_result_count = False
    fields = readonly_fields = (
        *("event", "sequence", "at", "kind", "words", "body"),
        *("previous", "digest"),
    )

    @admin.display(description=_("in words"))
    def words(self, entry: RecordEntry) -> str:
        """Say what happened."""
        return tell_entry(entry)


@admin.register(Traffic)
class TrafficAdmin(OnlyRead, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (
        *("minute", "event", "joined", "called", "entered"),
        *("left", "no_shows", "waiting_max", "active_max"),
    )
    list_filter = (ByEvent, "minute")
    list_select_related = ("room__event",)
    ordering = ("-room", "-minute")
    show_full_result_count = False
