"""The editor of a hall: a page that draws, and two doors for what the server knows better."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Malformed
from ticketing.admin.drawing_forms import ArcForm, BlockForm, NumberingForm
from ticketing.admin.hall_files import keep
from ticketing.models import Hall
from ticketing.seating.drawing import KINDS
from ticketing.seating.files import read_file, refuse_large_file
from ticketing.seating.limits import MOST_CATEGORIES

KIND_NAMES = {
    "stage": gettext_lazy("stage"),
    "field": gettext_lazy("field"),
    "standing": gettext_lazy("standing area"),
    "wall": gettext_lazy("wall"),
    "exit": gettext_lazy("exit"),
    "label": gettext_lazy("words"),
}
FORMS: dict[str, type[BlockForm | ArcForm]] = {"block": BlockForm, "arc": ArcForm}


def edit(admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall) -> HttpResponse:
    """Show the editor, of a layout or of an empty hall; take what was drawn."""
    if request.method == "POST":
        return _save(admin, request, hall)
    layouts = hall.layouts.defer("document").order_by("-created_at", "-pk")
    if version := request.GET.get("layout"):
        layouts = layouts.filter(version=version)
    layout = layouts.first()
    if version and layout is None:
        raise Http404
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Draw the hall"),
        "subtitle": hall.name,
        "opts": Hall._meta,
        "hall": hall,
        "layout": layout,
        "block_form": BlockForm(prefix="block", label_suffix=""),
        "arc_form": ArcForm(prefix="arc", label_suffix=""),
        "numbering_form": NumberingForm(prefix="number", label_suffix=""),
        "kinds": [(kind, KIND_NAMES[kind]) for kind in KINDS],
        "most_categories": MOST_CATEGORIES,
        "blank": _blank(hall),
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/ticketing/hall/editor.html", context)


def draw(admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall, tool: str) -> HttpResponse:
    """Answer with rows of seats, or with how rows and seats are called; with errors by field."""
    if request.method != "POST":
        raise Http404
    if tool == "number":
        numbering = NumberingForm(request.POST, prefix="number")
        if numbering.is_valid():
            return JsonResponse(numbering.number())
        return JsonResponse({"fields": numbering.errors.get_json_data()}, status=422)
    if tool not in FORMS:
        raise Http404
    form = FORMS[tool](request.POST, prefix=tool)
    if form.is_valid():
        return JsonResponse({"rows": form.draw()})
    return JsonResponse({"fields": form.errors.get_json_data()}, status=422)


def _save(admin: "ModelAdmin[Any]", request: HttpRequest, hall: Hall) -> HttpResponse:
    """Keep the drawing. It comes as a file: a large hall is more than a form may hold."""
    drawn = request.FILES.get("layout")
    if drawn is None:
        raise Malformed
    refuse_large_file(drawn.size or 0)
    plan = read_file(drawn.read(), name=hall.name)
    return JsonResponse({"url": keep(admin, request, hall, plan)})


def _blank(hall: Hall) -> dict[str, Any]:
    """Return what one begins with: a stage, and two categories."""
    return {
        "name": hall.name[:80],
        "width": 800,
        "height": 600,
        "categories": [
            {"key": "R", "name": _("R seats"), "colour": 1},
            {"key": "S", "name": _("S seats"), "colour": 2},
        ],
        "sections": [],
        "shapes": [
            {"kind": "stage", "x": 270, "y": 40, "width": 260, "height": 60, "name": _("Stage")}
        ],
    }
