"""Operators give an event its hall, and each category of it a price."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.messages import ERROR, SUCCESS
from django.core.validators import MaxValueValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from ticketing.admin.sketches import sketch_of
from ticketing.models import Event, Layout, Reservation, Seat
from ticketing.models.event import LARGEST_PRICE
from ticketing.models.seat import State
from ticketing.plans import plan_of
from ticketing.seating.plan import Category, Plan
from ticketing.services.seating import Price, seat_event


class LayoutForm(forms.Form):
    layout = forms.ModelChoiceField(
        Layout.objects.select_related("hall").defer("document"),
        label=gettext_lazy("Hall and layout"),
        empty_label=gettext_lazy("Choose a layout"),
    )


class PriceForm(forms.Form):
    """How one category is sold."""

    name = forms.CharField(label=gettext_lazy("Ticket type"), max_length=100)
    price = forms.IntegerField(
        label=gettext_lazy("Price"), min_value=0, validators=[MaxValueValidator(LARGEST_PRICE)]
    )
    max_per_person = forms.IntegerField(
        label=gettext_lazy("Most per person"), min_value=1, max_value=1000, required=False
    )


def choose(admin: "ModelAdmin[Any]", request: HttpRequest, event: Event) -> HttpResponse:
    """Show the layouts and the prices of one; make the seats."""
    asked = request.POST if request.method == "POST" else request.GET
    layout_form = LayoutForm(asked if "layout" in asked else None, initial={"layout": event.layout})
    layout = event.layout
    if layout_form.is_bound:
        layout = layout_form.cleaned_data["layout"] if layout_form.is_valid() else None
    lines = _lines(request, event, plan_of(layout.pk)) if layout else []
    valid = request.method == "POST" and _are_valid(event, [form for *_, form in lines])
    if valid and layout and (answer := _seat(admin, request, event, layout, lines)):
        return answer
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Hall and prices"),
        "subtitle": event.title,
        "opts": Event._meta,
        "event": event,
        "layout_form": layout_form,
        "layout": layout,
        "drawing": sketch_of(layout.pk) if layout else "",
        "lines": lines,
        "in_use": Reservation.objects.filter(
            event=event, items__ticket_type__category__gt=""
        ).exists(),
        "num_blocked": Seat.objects.filter(event=event, state=State.BLOCKED).count(),
    }
    return TemplateResponse(request, "admin/ticketing/event/layout.html", context)


Line = tuple[Category, int, int, PriceForm]  # a category, its colour, its seats, its price


def _lines(request: HttpRequest, event: Event, plan: Plan) -> list[Line]:
    """Return a line for each category that has seats."""
    known = {row.category: row for row in event.ticket_types.exclude(category="")}
    counts = [0] * len(plan.categories)
    for place in plan.places:
        counts[place.category] += 1
    lines = []
    for index, (category, count) in enumerate(zip(plan.categories, counts, strict=True)):
        row = known.get(category.key)
        initial = {
            "name": row.name if row else category.name,
            "price": row.price if row else None,
            "max_per_person": row.max_per_person if row else None,
        }
        sent = request.POST if "make" in request.POST else None
        form = PriceForm(sent, prefix=f"category-{index}", initial=initial)
        if count:
            lines.append((category, category.colour % 8, count, form))
    return lines


def _are_valid(event: Event, forms: list[PriceForm]) -> bool:
    """Tell whether all prices can be used; no two ticket types of an event have one name."""
    if not forms or any(not form.is_valid() for form in forms):
        return False
    taken = set(event.ticket_types.filter(category="").values_list("name", flat=True))
    for form in forms:
        name = form.cleaned_data["name"]
        if name in taken:
            form.add_error("name", _("This name is in use already."))
        taken.add(name)
    return all(form.is_valid() for form in forms)


def _seat(
    admin: "ModelAdmin[Any]", request: HttpRequest, event: Event, layout: Layout, lines: list[Line]
) -> HttpResponse | None:
    prices = {category.key: Price(**form.cleaned_data) for category, *_, form in lines}
    try:
        count = seat_event(event_id=event.pk, layout_id=layout.pk, prices=prices)
    except DomainError as refusal:
        admin.message_user(request, str(refusal), ERROR)
        return None
    facts = {"count": f"{count:,}", "hall": layout.hall.name, "version": layout.version[:8]}
    said = _("%(count)s seats were made from layout %(version)s of %(hall)s.") % facts
    admin.message_user(request, said, SUCCESS)
    admin.log_change(request, event, said)
    return HttpResponseRedirect(reverse("admin:ticketing_event_change", args=[event.pk]))
