"""Operators keep halls: each has layouts that never change, and the newest is for new events."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from ticketing.admin import hall_editor, hall_files
from ticketing.admin.sketches import sketch_of
from ticketing.models import Event, Hall, Layout

Page = Callable[..., HttpResponse]


@admin.register(Hall)
class HallAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("drawing", "name", "num_layouts", "num_seats", "num_events")
    list_display_links = ("name",)
    list_per_page = 20
    search_fields = ("name", "name_en", "address")
    fields = ("name", "name_en", "address")
    change_form_template = "admin/ticketing/hall/change_form.html"

    class Media:
        css = {"all": ["css/halls.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add what the list says in the same query."""
        newest = Layout.objects.filter(hall=OuterRef("pk")).order_by("-created_at", "-pk")
        events = Event.objects.filter(layout__hall=OuterRef("pk")).order_by().values("layout__hall")
        halls: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = halls.annotate(
            layout_id=Subquery(newest.values("pk")[:1]),
            layout_seats=Subquery(newest.values("num_seats")[:1]),
            layout_count=Count("layouts"),
            event_count=Subquery(events.annotate(count=Count("pk")).values("count")),
        )
        return annotated

    @admin.display(description=_("drawing"))
    def drawing(self, hall: Any) -> str:
        return sketch_of(hall.layout_id) if hall.layout_id else "–"

    @admin.display(description=_("layouts"), ordering="layout_count")
    def num_layouts(self, hall: Any) -> int:
        count: int = hall.layout_count
        return count

    @admin.display(description=_("seats"), ordering="layout_seats")
    def num_seats(self, hall: Any) -> str:
        return f"{hall.layout_seats or 0:,}"

    @admin.display(description=_("events"), ordering="event_count")
    def num_events(self, hall: Any) -> int:
        return hall.event_count or 0

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of layouts before those that the admin has anyway."""
        pages: list[tuple[str, Page, str]] = [
            ("import/", hall_files.take_file, "import"),
            ("editor/", hall_editor.edit, "editor"),
            ("editor/<str:tool>/", hall_editor.draw, "draw"),
            ("layouts/<str:version>.json", hall_files.give_json, "json"),
            ("layouts/<str:version>.csv", hall_files.give_csv, "csv"),
        ]
        added = [
            path(f"<int:object_id>/{route}", self._page(page), name=f"ticketing_hall_{name}")
            for route, page, name in pages
        ]
        return [*added, *super().get_urls()]

    def _page(self, page: Page) -> Page:
        """Return a view of `page` for those who may change halls; to look, one need not."""

        def view(request: HttpRequest, object_id: int, **rest: str) -> HttpResponse:
            hall = get_object_or_404(Hall, pk=object_id)
            looks = page in (hall_files.give_json, hall_files.give_csv)
            may = self.has_view_permission if looks else self.has_change_permission
            if not may(request, hall):
                raise PermissionDenied
            return page(self, request, hall, **rest)

        return self.admin_site.admin_view(view)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the layouts below the fields."""
        if not object_id.isdecimal():
            raise Http404
        layouts = (
            Layout.objects.filter(hall=int(object_id))
            .defer("document")
            .annotate(num_events=Count("events"))
        )
        rows = [(row, sketch_of(row.pk)) for row in layouts.order_by("-created_at", "-pk")]
        more = {"layouts": rows, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    def response_post_save_add(self, request: HttpRequest, obj: Hall) -> HttpResponseRedirect:
        """Go on to the page of the new hall, where it can be drawn."""
        return HttpResponseRedirect(reverse("admin:ticketing_hall_change", args=[obj.pk]))
