"""House seats: operators keep free seats of an event from being sold, each with its reason."""

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

import orjson
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import ERROR, INFO, SUCCESS, WARNING
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.errors import DomainError
from ticketing import seat_claims
from ticketing.errors import NoSuchSeat, SeatsTaken
from ticketing.models import Event, Seat
from ticketing.models.seat import State
from ticketing.plans import plan_of
from ticketing.seating.documents import write_layout
from ticketing.seating.naming import name_seats
from ticketing.seating.plan import Plan
from ticketing.seating.rules import stranded
from ticketing.services.ending import expire_holds
from ticketing.services.seating import block_seats, unblock_seats

LONGEST_REASON = 200
MOST_NAMES = 8  # in a message; who wants more looks at the map
SHOWN_HISTORY = 20


def show(admin: "ModelAdmin[Any]", request: HttpRequest, event: Event) -> HttpResponse:
    """Show the seats of an event; block and unblock."""
    if event.layout_id is None:
        raise Http404
    plan = plan_of(event.layout_id)
    seats, reason = request.POST.get("seats", ""), request.POST.get("reason", "").strip()
    if request.method == "POST":
        try:
            _act(admin, request, event, plan, find(plan, seats.replace(",", " ").split()), reason)
            return HttpResponseRedirect(request.path)
        except DomainError as refusal:
            admin.message_user(request, _say_no(plan, refusal), ERROR)
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Event), object_id=str(event.pk)
    )
    context = {
        **admin.admin_site.each_context(request),
        "title": _("House seats"),
        "subtitle": event.title,
        "opts": Event._meta,
        "event": event,
        "plan": plan,
        "seats": seats,
        "reason": reason,
        "longest_reason": LONGEST_REASON,
        "blocked": blocked_seats(event, plan),
        "history": entries.select_related("user").order_by("-action_time")[:SHOWN_HISTORY],
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/ticketing/event/house_seats.html", context)


def give_map(admin: "ModelAdmin[Any]", request: HttpRequest, event: Event) -> HttpResponse:
    """Answer with the drawing of the hall and the state of each seat."""
    if event.layout_id is None:
        raise Http404
    plan = plan_of(event.layout_id)
    states = seat_claims.read_states(event.pk)
    drawn = {"version": plan.version, "drawing": write_layout(plan), "states": states}
    return HttpResponse(orjson.dumps(drawn), content_type="application/json")


def find(plan: Plan, words: Iterable[str]) -> list[int]:
    """Return the numbers of what words like “1F”, “1F-A” and “1F-A-7” name."""
    sections = {one.key: [n for row in one.rows for n in row.numbers] for one in plan.sections}
    rows = {f"{row.section}-{row.key}": list(row.numbers) for row in plan.rows}
    found: dict[int, None] = {}
    unknown = []
    for word in words:
        if plan.has(word):
            found[plan.number_of(word)] = None
        elif numbers := rows.get(word) or sections.get(word):
            found.update(dict.fromkeys(numbers))
        else:
            unknown.append(word)
    if unknown or not found:
        raise NoSuchSeat(seats=unknown)
    return sorted(found)


def blocked_seats(event: Event, plan: Plan) -> list[dict[str, Any]]:
    """Return the blocked seats by reason: where they are, how many, and what they are called."""
    rows = Seat.objects.filter(event=event, state=State.BLOCKED).order_by("reason", "number")
    by_reason = groupby(rows.values_list("reason", "number"), key=lambda row: row[0])
    groups = [(reason, [number for _reason, number in found]) for reason, found in by_reason]
    return [
        {
            "reason": reason,
            "count": len(numbers),
            "names": name_seats(plan, numbers),
            "keys": " ".join(_keys(plan, numbers)),
        }
        for reason, numbers in groups
    ]


def _act(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    event: Event,
    plan: Plan,
    numbers: list[int],
    reason: str,
) -> None:
    """Block or unblock, whole or not at all; what is so already is left as it is."""
    expire_holds(of_seats=(event.pk, numbers))
    states = seat_claims.read_states(event.pk)
    if "unblock" in request.POST:
        wanted = [number for number in numbers if states[number] != State.FREE]
        if wanted:
            unblock_seats(event_id=event.pk, seats=_keys(plan, wanted))
        said = _("On sale again: %(seats)s")
    else:
        wanted = [number for number in numbers if states[number] != State.BLOCKED]
        if wanted:
            block_seats(
                event_id=event.pk, seats=_keys(plan, wanted), reason=reason[:LONGEST_REASON]
            )
        said = _("Blocked: %(seats)s (%(reason)s)")
    if not wanted:
        admin.message_user(request, _("These seats are so already."), INFO)
        return
    words = said % {"seats": _name(plan, wanted), "reason": reason or "–"}
    admin.message_user(request, words, SUCCESS)
    admin.log_change(request, event, f"{words} [{len(wanted)}]")
    if "unblock" not in request.POST and not event.allows_lonely_seats:
        _warn(admin, request, plan, stranded(plan, states, wanted))


def _warn(
    admin: "ModelAdmin[Any]", request: HttpRequest, plan: Plan, lonely: Collection[int]
) -> None:
    """Say which single seats nobody may want now; operators know better, so it is no refusal."""
    if lonely:
        facts = {"seats": _name(plan, lonely)}
        admin.message_user(request, _("Left alone now: %(seats)s") % facts, WARNING)


def _say_no(plan: Plan, refusal: DomainError) -> str:
    """Return a refusal with the names of the seats that it is about."""
    keys = refusal.facts.get("seats", ())
    if isinstance(refusal, SeatsTaken):
        numbers = [plan.number_of(key) for key in keys]
        facts = {"seats": _name(plan, numbers)}
        return _("Nothing was changed: held or sold are %(seats)s.") % facts
    if isinstance(refusal, NoSuchSeat):
        if not keys:
            return _("Choose seats first.")
        return _("There is nothing called %(names)s.") % {"names": ", ".join(keys[:MOST_NAMES])}
    return str(refusal)


def _keys(plan: Plan, numbers: Iterable[int]) -> list[str]:
    return [plan.places[number].key for number in numbers]


def _name(plan: Plan, numbers: Iterable[int]) -> str:
    """Return where seats are, in a line."""
    names = name_seats(plan, numbers)
    more = len(names) - MOST_NAMES
    return " · ".join(names[:MOST_NAMES]) + (f" · … +{more}" if more > 0 else "")
