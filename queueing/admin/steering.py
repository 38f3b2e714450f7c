"""The page of a line: how it stands, and what an operator can do about it."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.messages import ERROR, SUCCESS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import DomainError
from queueing.admin.room_forms import AdmitForm, LimitsForm, MessageForm, RemoveForm
from queueing.admin.standing import read_line
from queueing.errors import NotInLine
from queueing.models import WaitingRoom
from queueing.models.room import Mode
from queueing.people import person_of_user
from queueing.services.steering import admit_now, clear_line, configure_room, remove_person
from ticketing.services.holding import LARGEST_ID

Forms = dict[str, forms.BaseForm]


class Wrong(Exception):
    """A form cannot be used; the page shows what is wrong with it."""


def show(admin: "ModelAdmin[Any]", request: HttpRequest, room: WaitingRoom) -> HttpResponse:
    """Show the line; do what was asked."""
    sheets = _forms(room, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            said = _act(request, room, sheets)
            admin.message_user(request, said, SUCCESS)
            admin.log_change(request, room, said)
            return HttpResponseRedirect(request.path)
        except DomainError as refusal:
            admin.message_user(request, str(refusal), ERROR)
            return HttpResponseRedirect(request.path)
        except Wrong:
            pass
    asks = "clear" in request.GET or "clear" in request.POST
    name = "clear" if asks else "line"
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Clear the line") if asks else _("The line"),
        "subtitle": room.event.title,
        "opts": WaitingRoom._meta,
        "room": room,
        **sheets,
        **read_line(room, everything="all" in request.GET),
    }
    return TemplateResponse(request, f"admin/queueing/waitingroom/{name}.html", context)


def _forms(room: WaitingRoom, sent: Any) -> Forms:
    """Return the page's forms, that which was sent with what it says."""

    def of(name: str) -> Any:
        return sent if sent is not None and name in sent else None

    # A form writes into its row, and the page shows how the row is.
    return {
        "limits": LimitsForm(of("limits"), instance=copy(room)),
        "message": MessageForm(of("say") or of("clear"), instance=copy(room)),
        "admit": AdmitForm(of("admit")),
        "remove": RemoveForm(of("remove")),
    }


def _act(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    act = next((act for name, act in ACTS.items() if name in request.POST), None)
    if act is None:
        raise Wrong
    return act(request, room, sheets)


def _set_mode(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    mode = request.POST["mode"]
    if mode not in Mode.values:
        raise Wrong
    configure_room(room_id=room.pk, changes={"mode": mode}, by=_by(request))
    return _("Mode: %(mode)s") % {"mode": Mode(mode).label}


def _set_limits(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    configure_room(room_id=room.pk, changes=_changes(sheets["limits"]), by=_by(request))
    return _("The limits are set.")


def _set_message(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    configure_room(room_id=room.pk, changes=_changes(sheets["message"]), by=_by(request))
    return _("The message is set.")


def _admit(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    quantity = _valid(sheets["admit"])["quantity"]
    done = admit_now(room_id=room.pk, quantity=quantity, by=_by(request))
    said = ngettext("%(count)s person was let in.", "%(count)s people were let in.", done)
    return said % {"count": f"{done:,}"} if done else _("Nobody waits.")


def _remove(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    asked = _valid(sheets["remove"])
    by, who = asked["by"], asked["who"]
    if by == "number":
        remove_person(room_id=room.pk, number=_number(who), by=_by(request))
        return _("Removed: number %(who)s") % {"who": who}
    users = User.objects.filter(username=who) if by == "username" else User.objects
    user = users.filter(pk=_number(who)).first() if by == "user" else users.first()
    if user is None:
        raise NotInLine
    remove_person(room_id=room.pk, person=person_of_user(user.pk), by=_by(request))
    return _("Removed: %(who)s") % {"who": user.get_username()}


def _clear(request: HttpRequest, room: WaitingRoom, sheets: Forms) -> str:
    """Tell people why first, so that they read it when they are sent away."""
    changes = _changes(sheets["message"])
    epoch = request.POST["clear"]
    if not (epoch.isascii() and epoch.isdecimal()):
        raise Wrong
    configure_room(room_id=room.pk, changes=changes, by=_by(request))
    clear_line(room_id=room.pk, by=_by(request), epoch=int(epoch))
    return _("The line was cleared.")


ACTS: Mapping[str, Callable[[HttpRequest, WaitingRoom, Forms], str]] = {
    "clear": _clear,
    "mode": _set_mode,
    "limits": _set_limits,
    "say": _set_message,
    "admit": _admit,
    "remove": _remove,
}


def _by(request: HttpRequest) -> int:
    assert request.user.pk is not None  # noqa: S101
    return request.user.pk


def _valid(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise Wrong
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def _changes(form: Any) -> dict[str, Any]:
    _valid(form)
    changes: dict[str, Any] = form.changes
    return changes


def _number(text: str) -> int:
    """Return a number of which there may be one; raise `NotInLine`."""
    number = int(text) if len(text) < 20 else LARGEST_ID + 1
    if number > LARGEST_ID:
        raise NotInLine
    return number
