"""The pages of ticketing: they parse, call one service and render."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from ticketing import showing
from ticketing.doors import find_door
from ticketing.errors import WrongQuantity
from ticketing.forms import SearchForm, read_quantities
from ticketing.models import Reservation
from ticketing.passes import pass_for_event, pass_for_reservation
from ticketing.services.ending import cancel_reservation
from ticketing.services.holding import hold_tickets
from ticketing.services.paying import confirm_reservation

View = Callable[..., HttpResponseBase]

PANEL = "reservation-panel"


class Visit(HttpRequest):
    """A request as htmx and we ourselves have furnished it."""

    htmx: HtmxDetails
    back: str  # where to lead whoever is refused


def fresh(view: View) -> View:
    """Never show a page of this view from a cache, nor a fragment in its place."""
    return never_cache(vary_on_headers("HX-Request")(view))


def signed_in(view: View) -> View:
    """Send visitors to sign in, and back to where they were."""

    @wraps(view)
    def check(request: Visit, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return to_sign_in(request, back=request.get_full_path())

    return check


def buyer(request: Visit) -> int:
    """Return the id of whoever is signed in."""
    return cast(int, request.user.pk)


def to_sign_in(request: Visit, *, back: str) -> HttpResponse:
    """Lead to the sign-in page, and from there to `back`."""
    return go(request, redirect_to_login(back).url)


def go(request: Visit, address: str) -> HttpResponse:
    """Lead to another page of ours, whoever asked."""
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def wants_fragment(request: Visit) -> bool:
    """Tell whether htmx asks for a part of a page, not for the whole after a step back."""
    return bool(request.htmx) and not request.htmx.history_restore_request


@fresh
@require_GET
def events(request: Visit) -> HttpResponse:
    """The events, by search and status."""
    form = SearchForm(request.GET)
    search, status = form.wish()
    page = showing.list_events(search=search, status=status, cursor=request.GET.get("cursor", ""))
    more = {"search": search, "status": status, "cursor": page.next}
    context = {
        "form": form,
        "page": page,
        "search": search,
        "status": status,
        "more": urlencode({name: value for name, value in more.items() if value}),
        "first": not (wants_fragment(request) and "cursor" in request.GET),
    }
    return render(request, _template(request, "events", "event_list"), context)


@fresh
@require_GET
def event(request: Visit, event_id: int) -> HttpResponse:
    """One event, and what is left of it."""
    offer = showing.show_offer(event_id=event_id, user_id=request.user.pk)
    showing.choose(offer, read_quantities(request.GET))
    door = find_door(request, event_id)
    context = {"offer": offer, "key": uuid.uuid4(), "door": door}
    return render(request, "ticketing/event.html", context)


@require_http_methods(["GET", "POST"])
def hold(request: Visit, event_id: int) -> HttpResponse:
    """Hold tickets; without a sign-in yet, come back with the same choice."""
    home = reverse("ticketing:event", args=[event_id])
    if request.method == "GET":
        return redirect(home)
    chosen = read_quantities(request.POST)
    wish = urlencode({f"quantity-{pk}": quantity for pk, quantity in chosen.items()})
    back = f"{home}?{wish}" if wish else home
    request.back = back
    if not chosen:
        raise WrongQuantity
    if not request.user.is_authenticated:
        return to_sign_in(request, back=back)
    held = hold_tickets(
        user_id=buyer(request),
        event_id=event_id,
        items=chosen,
        key=f"page-{request.POST.get('key', '')[:36]}-{wish}".replace("\0", "")[:255],
        admission_pass=pass_for_event(request, event_id),
    )
    return go(request, reverse("ticketing:reservation", args=[held.id]))


@fresh
@signed_in
@require_GET
def reservation(request: Visit, reservation_id: uuid.UUID) -> HttpResponse:
    """One reservation: what it is, and what to do next."""
    found = showing.show_reservation(reservation_id=reservation_id, user_id=buyer(request))
    return _show_reservation(request, found)


@signed_in
@require_http_methods(["GET", "POST"])
def confirm(request: Visit, reservation_id: uuid.UUID) -> HttpResponse:
    """Pay for a hold."""
    if request.method == "POST":
        confirm_reservation(
            reservation_id=reservation_id,
            user_id=buyer(request),
            provider="sandbox",
            details={"card": request.POST.get("card", "")[:40]},
            admission_pass=pass_for_reservation(request, reservation_id),
        )
    return _after(request, reservation_id)


@signed_in
@require_http_methods(["GET", "POST"])
def cancel(request: Visit, reservation_id: uuid.UUID) -> HttpResponse:
    """Give a reservation up."""
    if request.method == "POST":
        cancel_reservation(reservation_id=reservation_id, user_id=buyer(request))
    return _after(request, reservation_id)


@fresh
@signed_in
@require_GET
def tickets(request: Visit, reservation_id: uuid.UUID) -> HttpResponse:
    """The tickets of a confirmed reservation, to show or to print."""
    found = showing.show_reservation(reservation_id=reservation_id, user_id=buyer(request))
    if found.status != "confirmed":
        return redirect(found)
    return render(request, "ticketing/tickets.html", {"reservation": found})


@fresh
@signed_in
@require_GET
def reservations(request: Visit) -> HttpResponse:
    """Everything that this person reserved, the newest first."""
    page = showing.list_reservations(user_id=buyer(request), cursor=request.GET.get("cursor", ""))
    template = _template(request, "reservations", "reservation_list")
    return render(request, template, {"page": page})


def _after(request: Visit, reservation_id: uuid.UUID) -> HttpResponse:
    """Show what became of a reservation: in place for htmx, else by redirect."""
    if not request.htmx:
        return redirect("ticketing:reservation", reservation_id=reservation_id)
    found = showing.show_reservation(reservation_id=reservation_id, user_id=buyer(request))
    return reswap(retarget(_show_reservation(request, found), f"#{PANEL}"), "outerHTML")


def _show_reservation(request: Visit, found: Reservation) -> HttpResponse:
    context = {"reservation": found, "topic": f"user.{found.user_id}", "swapped": request.htmx}
    return render(request, _template(request, "reservation", "reservation_panel"), context)


def _template(request: Visit, page: str, fragment: str) -> str:
    """Return the page, or only its fragment where htmx asks for no more."""
    return f"ticketing/{f'fragments/{fragment}' if wants_fragment(request) else page}.html"
