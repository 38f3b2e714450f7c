"""What the operators' pages share."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin, helpers
from django.contrib.messages import ERROR, SUCCESS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError


def act_on_each(
    model_admin: "ModelAdmin[Any]",
    request: HttpRequest,
    chosen: QuerySet[Any],
    *,
    action: str,
    question: str | Promise,
    act: Callable[[Any], object],
    describe: Callable[[Any], str] = str,
) -> HttpResponse | None:
    """Ask first, then `act` on each of `chosen`, and say what was refused and why."""
    if "confirmed" not in request.POST:
        rows = [(row.pk, describe(row)) for row in chosen]
        return _ask(model_admin, request, rows, action=action, question=question)
    done = 0
    for row in chosen:
        try:
            act(row)
            done += 1
        except DomainError as refusal:
            model_admin.message_user(request, f"{row}: {refusal}", ERROR)
    if done:
        said = ngettext("%(count)d was changed.", "%(count)d were changed.", done)
        model_admin.message_user(request, said % {"count": done}, SUCCESS)
    return None


def _ask(
    model_admin: "ModelAdmin[Any]",
    request: HttpRequest,
    rows: list[tuple[Any, str]],
    *,
    action: str,
    question: str | Promise,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Are you sure?"),
        "question": question,
        "rows": rows,
        "action": action,
        "opts": model_admin.model._meta,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/ask_first.html", context)
