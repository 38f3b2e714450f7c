"""Operators set up the waiting rooms of events; how a line is steered is a page of its own."""

from typing import Any

from django.contrib import admin
from django.contrib.messages import ERROR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from core.errors import DomainError
from queueing.admin import steering
from queueing.admin.records import NeverAlone
from queueing.admin.room_forms import SettingsForm
from queueing.models import WaitingRoom
from queueing.services.steering import configure_room, create_room


@admin.register(WaitingRoom)
class WaitingRoomAdmin(NeverAlone, admin.ModelAdmin):  # type: ignore[type-arg]
    form = SettingsForm
    change_form_template = "admin/queueing/waitingroom/change_form.html"
    list_display = ("event", "mode", "threshold", "rate", "opens_at", "line")
    list_filter = ("mode",)
    list_select_related = ("event",)
    ordering = ("-event",)
    search_fields = ("event__title", "event__title_en", "event__artist", "event__venue")
    autocomplete_fields = ("event",)
    fieldsets = (
        (None, {"fields": ("event", "mode")}),
        (_("Limits"), {"fields": ("threshold", "rate")}),
        (_("Opening"), {"fields": ("opens_at",)}),
        (_("Message"), {"fields": ("message", "message_en")}),
        (_("Rules"), {"fields": ("guests_allowed", "releases_on_buying")}),
        (
            _("Patience"),
            {
                "fields": (
                    "claim_seconds",
                    "idle_seconds",
                    "grace_seconds",
                    "grace_signed_in_seconds",
                )
            },
        ),
    )

    class Media:
        css = {"all": ["css/steering.css"]}

    @admin.display(description=_("line"))
    def line(self, room: WaitingRoom) -> SafeString:
        """Lead to the page on which the line is steered."""
        address = reverse("admin:queueing_waitingroom_line", args=[room.pk])
        return format_html('<a href="{}">{}</a>', address, _("Steer the line"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep a room where it is."""
        return ("event",) if obj else ()

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the line before those that the admin has anyway."""
        view = self.admin_site.admin_view(self.steer)
        page = path("<int:object_id>/line/", view, name="queueing_waitingroom_line")
        return [page, *super().get_urls()]

    def steer(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the line and take the acts of those who may change rooms."""
        room = get_object_or_404(WaitingRoom.objects.select_related("event"), pk=object_id)
        if not self.has_change_permission(request, room):
            raise PermissionDenied
        return steering.show(self, request, room)

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save by the service, which is a transaction of its own; the admin would make another."""
        context = {"show_delete": False, "subtitle": None, **(extra_context or {})}
        try:
            answer: HttpResponse = self._changeform_view(  # type: ignore[attr-defined]
                request, object_id, form_url, context
            )
            return answer
        except DomainError as refusal:
            self.message_user(request, str(refusal), ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Change what the operator changed, and nothing else."""
        by = request.user.pk
        if change:
            configure_room(room_id=obj.pk, changes=form.changes, by=by)
        else:
            obj.pk = create_room(event_id=obj.event_id, changes=form.changes, by=by).pk

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go on to the line of the new room."""
        return HttpResponseRedirect(reverse("admin:queueing_waitingroom_line", args=[obj.pk]))
