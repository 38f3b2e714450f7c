"""Layouts come and go as files."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.messages import INFO, SUCCESS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ticketing.models import Hall, Layout
from ticketing.plans import plan_of
from ticketing.seating.files import read_file, refuse_large_file, write_csv, write_json
from ticketing.seating.limits import Errors, WrongLayout
from ticketing.seating.plan import Plan
from ticketing.seating.samples import sample
from ticketing.seating.sketch import sketch
from ticketing.services.seating import keep_layout

SHOWN_ERRORS = 200
SAMPLE_NAMES = [
    ("", gettext_lazy("no sample")),
    ("theatre", gettext_lazy("Small theatre, 265 seats")),
    ("concert", gettext_lazy("Concert hall, 1,243 seats")),
    ("arena", gettext_lazy("Arena, 4,862 seats")),
    ("stadium", gettext_lazy("Stadium, 20,052 seats")),
]


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File, JSON or CSV"), required=False)
    sample = forms.ChoiceField(
        label=gettext_lazy("or begin with a sample"), choices=SAMPLE_NAMES, required=False
    )

    def clean(self) -> None:
        """Ask for one of the two."""
        if not self.errors and not self.cleaned_data["file"] and not self.cleaned_data["sample"]:
            self.add_error("file", gettext_lazy("Choose a file or a sample."))

    def read(self, hall: Hall) -> Plan:
        """Return the plan that was sent; a table is completed by the newest layout."""
        if self.cleaned_data["file"] is None:
            return sample(self.cleaned_data["sample"])
        refuse_large_file(self.cleaned_data["file"].size)
        newest = hall.newest_layout()
        base = plan_of(newest.pk) if newest else None
        return read_file(self.cleaned_data["file"].read(), name=hall.name, base=base)


def take_file(admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall) -> HttpResponse:
    """Read an uploaded layout: say all that is wrong, show it, or keep it."""
    form = FileForm(request.POST or None, request.FILES or None)
    errors: Errors = []
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.read(hall)
        except WrongLayout as refusal:
            errors = refusal.errors
        if plan is not None and "keep" in request.POST:
            return HttpResponseRedirect(keep(admin, request, hall, plan))
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Import a layout"),
        "subtitle": hall.name,
        "opts": Hall._meta,
        "hall": hall,
        "form": form,
        "errors": errors[:SHOWN_ERRORS],
        "num_errors": len(errors),
        "num_more": max(len(errors) - SHOWN_ERRORS, 0),
        "plan": plan,
        "drawing": mark_safe(sketch(plan)) if plan else "",  # noqa: S308  # of numbers alone
    }
    status = 422 if errors or form.errors else 200
    return TemplateResponse(request, "admin/ticketing/hall/import.html", context, status=status)


def keep(admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall, plan: Plan) -> str:
    """Keep `plan` as a layout of `hall`, say so, and return where it can be seen."""
    known = Layout.objects.filter(hall=hall, version=plan.version).exists()
    layout = keep_layout(hall=hall, plan=plan)
    facts = {"version": layout.version[:8], "count": f"{layout.num_seats:,}"}
    if known:
        said = _("Nothing was changed: this is layout %(version)s, which is there already.") % facts
        admin.message_user(request, said, INFO)
    else:
        said = _("Layout %(version)s with %(count)s seats was made.") % facts
        admin.message_user(request, said, SUCCESS)
        admin.log_change(request, hall, said)
    return reverse("admin:ticketing_hall_change", args=[hall.pk])


def give_json(
    admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall, version: str
) -> HttpResponse:
    """Answer with a layout as a JSON file."""
    return _download(hall, version, "json", write_json(_plan(hall, version)), "application/json")


def give_csv(
    admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall, version: str
) -> HttpResponse:
    """Answer with a layout as a table."""
    return _download(hall, version, "csv", write_csv(_plan(hall, version)), "text/csv")


def _plan(hall: Hall, version: str) -> Plan:
    found = Layout.objects.filter(hall=hall, version=version).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return plan_of(found)


def _download(
    hall: Hall, version: str, suffix: str, content: bytes, content_type: str
) -> HttpResponse:
    name = "".join(one if one.isalnum() else "-" for one in hall.name)
    headers = {"Content-Type": f"{content_type}; charset=utf-8"}
    response = HttpResponse(content, headers=headers)
    named = content_disposition_header(True, f"{name}-{version[:8]}.{suffix}")
    response.headers["Content-Disposition"] = named or "attachment"
    return response
