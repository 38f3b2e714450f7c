"""Operators arrange events while people buy."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet, Sum
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from core.admin import act_on_each
from ticketing.admin import event_layout, house_seats
from ticketing.errors import CapacityTooSmall
from ticketing.models import Event, TicketType
from ticketing.models.event import Status
from ticketing.services.arranging import cancel_event, tell_event


class TicketTypeFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Checks capacities against what is sold and held at this very moment.

    A ticket type with seats has as many as there are; how many that is says its map.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        """Leave the capacity of ticket types with seats to their map, and let none be deleted."""
        super().add_fields(form, index)
        if form.instance.category:
            form.fields["capacity"].disabled = True
            form.fields["DELETE"].disabled = True

    def clean(self) -> None:
        """Lock the ticket types (the admin saves in one transaction), then compare."""
        super().clean()
        locked = TicketType.objects.select_for_update(no_key=True).filter(event=self.instance.pk)
        rows = {row.pk: row for row in locked.order_by("pk")}
        committed = {pk: row.held + row.sold for pk, row in rows.items()}
        for form in self.initial_forms:
            if form.instance.category and form.instance.pk in rows:
                form.instance.capacity = rows[form.instance.pk].capacity
                continue
            least = committed.get(form.instance.pk, 0)
            if form.cleaned_data.get("DELETE") and form.instance.items.exists():
                form.add_error(None, ValidationError(_("Somebody has reserved this by now.")))
            if form.cleaned_data.get("capacity", least) < least:
                form.add_error("capacity", ValidationError(str(CapacityTooSmall(committed=least))))


class TicketTypeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TicketType
    formset = TicketTypeFormSet
    extra = 0
    fields = (
        "name",
        "price",
        "capacity",
        "max_per_person",
        "sale_starts_at",
        "sale_ends_at",
        "position",
        "counts",
    )
    readonly_fields = ("counts",)

    @admin.display(description=_("sold · held · left"))
    def counts(self, ticket_type: TicketType) -> str:
        """Say where the tickets are."""
        if ticket_type._state.adding:
            return "–"
        return f"{ticket_type.sold:,} · {ticket_type.held:,} · {ticket_type.available:,}"


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "venue", "starts_at", "shown_status", "sold", "held", "capacity")
    list_filter = ("status", "published", "starts_at")
    search_fields = ("title", "title_en", "artist", "venue", "keywords")
    date_hierarchy = "starts_at"
    readonly_fields = ("cancelled_at",)
    inlines = (TicketTypeInline,)
    actions = ("call_off",)
    change_form_template = "admin/ticketing/event/change_form.html"
    fieldsets = (
        (None, {"fields": ("title", "title_en", "artist", "description", "keywords", "poster")}),
        (_("Place"), {"fields": ("venue", "address")}),
        (_("Times"), {"fields": (("starts_at", "ends_at"), ("sale_starts_at", "sale_ends_at"))}),
        (
            _("Rules"),
            {
                "fields": (
                    "published",
                    "currency",
                    "hold_minutes",
                    "allows_lonely_seats",
                    "cancellable_until",
                    "cancelled_at",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Add the sums of the list in the same query."""
        sums = {
            f"num_{name}": Sum(f"ticket_types__{name}") for name in ("sold", "held", "capacity")
        }
        return super().get_queryset(request).with_status().annotate(**sums)  # type: ignore[attr-defined, no-any-return]

    @admin.display(description=_("status"), ordering=F("status"))
    def shown_status(self, event: Event) -> str:
        """Say the status in words."""
        return str(Status(event.current_status).label)

    @admin.display(description=_("sold"))
    def sold(self, event: Event) -> int:
        return getattr(event, "num_sold", None) or 0

    @admin.display(description=_("held"))
    def held(self, event: Event) -> int:
        return getattr(event, "num_held", None) or 0

    @admin.display(description=_("capacity"))
    def capacity(self, event: Event) -> int:
        return getattr(event, "num_capacity", None) or 0

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of an event's seats before those that the admin has anyway."""
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("layout/", event_layout.choose, "layout"),
            ("house-seats/", house_seats.show, "house_seats"),
            ("house-seats/map/", house_seats.give_map, "house_seats_map"),
        ]
        added = [
            path(f"<int:object_id>/{route}", self._page(page), name=f"ticketing_event_{name}")
            for route, page, name in pages
        ]
        return [*added, *super().get_urls()]

    def _page(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return a view of `page` for those who may change events."""

        def view(request: HttpRequest, object_id: int) -> HttpResponse:
            event = get_object_or_404(Event.objects.select_related("layout__hall"), pk=object_id)
            if not self.has_change_permission(request, event):
                raise PermissionDenied
            return page(self, request, event)

        return self.admin_site.admin_view(view)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tell the watchers, once event and ticket types are committed."""
        super().save_related(request, form, formsets, change)
        tell_event(event_id=form.instance.pk)

    @admin.action(description=_("Call off, and refund everybody"), permissions=["change"])
    def call_off(self, request: HttpRequest, chosen: QuerySet[Event]) -> HttpResponse | None:
        return act_on_each(
            self,
            request,
            chosen,
            action="call_off",
            question=_("Every reservation ends and all money goes back. This cannot be undone."),
            act=lambda event: cancel_event(event_id=event.pk),
        )
