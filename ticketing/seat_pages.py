"""The pages on which people choose their seats; without script, all of it by plain forms."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import reswap, retarget

from ticketing import seat_showing
from ticketing.doors import find_door
from ticketing.errors import HoldExpired, NoSuchTicketType, NothingChosen, WrongQuantity
from ticketing.forms import read_quantities
from ticketing.ids import row_id
from ticketing.models import TicketType
from ticketing.pages import View, Visit, buyer, fresh, signed_in, to_sign_in, wants_fragment
from ticketing.passes import pass_for_event
from ticketing.plans import layout_of, plan_of
from ticketing.seat_showing import MySelection
from ticketing.services.choosing import Wish, change_selection, open_selection
from ticketing.services.prolonging import prolong_hold
from ticketing.services.recommending import choose_best

PANEL = "selection"
LIST = "seat-list"


def changing(view: View) -> View:
    """Let only signed-in people change anything; whoever comes by GET belongs on the page."""

    def check(request: Visit, event_id: int) -> HttpResponseBase:
        home = _home(request, event_id)
        if request.method == "GET":
            return redirect(home)
        request.back = home
        if not request.user.is_authenticated:
            return to_sign_in(request, back=home)
        return view(request, event_id)

    return require_http_methods(["GET", "POST"])(check)


@fresh
@require_GET
def seats(request: Visit, event_id: int) -> HttpResponse:
    """The hall: a map for who has script, a list by section and row for everybody."""
    shown = seat_showing.show_seats(
        event_id=event_id,
        user_id=request.user.pk,
        section=request.GET.get("section", ""),
        row=request.GET.get("row", ""),
    )
    listed = wants_fragment(request) and request.htmx.target == LIST
    template = "fragments/seat_list" if listed else "seats"
    door = None if listed else find_door(request, event_id)
    context = {"shown": shown, "event": shown.event, "mine": shown.mine, "door": door}
    return render(request, f"ticketing/{template}.html", context)


@fresh
@signed_in
@require_GET
def selection(request: Visit, event_id: int) -> HttpResponse:
    """What one has open: the part of the page that follows every change."""
    if not wants_fragment(request):
        return redirect("ticketing:seats", event_id=event_id)
    return _show_selection(request, event_id)


@changing
def change(request: Visit, event_id: int) -> HttpResponse:
    """Pick seats and give seats back, all or nothing."""
    picks, drops, taken = (_keys(request, name) for name in ("pick", "drop", "take"))
    if not (picks or drops or taken):
        raise NothingChosen
    if taken:
        picks, drops = _exchange(request, event_id, taken, request.POST.getlist("around"))
    change_selection(_wish(request, event_id, picks=picks, drops=drops))
    return _after(request, event_id)


@changing
def best(request: Visit, event_id: int) -> HttpResponse:
    """Pick the best seats there are."""
    choose_best(
        _wish(request, event_id),
        ticket_type_id=row_id(request.POST.get("ticket_type", ""), missing=NoSuchTicketType),
        quantity=_quantity(request.POST.get("quantity", "")),
        split="split" in request.POST,
        accessible="accessible" in request.POST,
    )
    return _after(request, event_id)


@changing
def standing(request: Visit, event_id: int) -> HttpResponse:
    """Say how many standing tickets there shall be, beside the seats."""
    chosen = read_quantities(request.POST)
    types = TicketType.objects.filter(event=event_id, category="").values_list("pk", flat=True)
    wanted = {pk: chosen.pop(pk, 0) for pk in types}
    if chosen:
        raise NoSuchTicketType
    change_selection(_wish(request, event_id, standing=wanted))
    return _after(request, event_id)


@changing
def prolong(request: Visit, event_id: int) -> HttpResponse:
    """Take more time, once."""
    found = open_selection(user_id=buyer(request), event_id=event_id)
    if found is None:
        raise HoldExpired
    prolong_hold(reservation_id=found.id, user_id=buyer(request))
    return _after(request, event_id)


def _keys(request: Visit, name: str) -> list[str]:
    """Return the seats that are named, each once."""
    return list(dict.fromkeys(request.POST.getlist(name)))


def _wish(request: Visit, event_id: int, **changes: Any) -> Wish:
    admission_pass = pass_for_event(request, event_id)
    return Wish(buyer(request), event_id, admission_pass=admission_pass, **changes)


def _exchange(
    request: Visit, event_id: int, taken: list[str], around: list[str]
) -> tuple[list[str], list[str]]:
    """Return what to pick and drop so as to have `taken`, not the group that `around` joins."""
    found = seat_showing.show_selection(event_id=event_id, user_id=buyer(request))
    layout_id = layout_of(event_id)
    if found is None or layout_id is None:
        return taken, []
    plan = plan_of(layout_id)
    own = {seat.number: seat.key for seat in found.seats}
    known = [plan.number_of(key) for key in around if plan.has(key)]
    given_up = [own[number] for number in sorted(seat_showing.joined(plan, own, known))]
    return [key for key in taken if key not in own.values()], [
        key for key in given_up if key not in taken
    ]


def _home(request: HttpRequest, event_id: int) -> str:
    """Return the address of the page, with the section that was open."""
    home = reverse("ticketing:seats", args=[event_id])
    places = {name: request.POST.get(name, "")[:40] for name in ("section", "row")}
    query = urlencode({name: value for name, value in places.items() if value})
    return f"{home}?{query}" if query else home


def _after(request: Visit, event_id: int) -> HttpResponse:
    """Show what one has now: in place for htmx, else on the page."""
    if not request.htmx:
        return redirect(_home(request, event_id) + _anchor(request))
    return reswap(retarget(_show_selection(request, event_id), f"#{PANEL}"), "outerHTML")


def _anchor(request: Visit) -> str:
    return f"#{LIST}" if request.POST.get("section") else f"#{PANEL}"


def _show_selection(request: Visit, event_id: int) -> HttpResponse:
    mine: MySelection | None = seat_showing.show_selection(
        event_id=event_id, user_id=buyer(request)
    )
    context = {"mine": mine, "event_id": event_id}
    return render(request, "ticketing/fragments/selection.html", context)


def _quantity(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise WrongQuantity
    return int(text)
