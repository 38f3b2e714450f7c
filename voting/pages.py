"""The pages of rounds: live, by polling, or plain, and the same in all three ways."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core.errors import Malformed
from voting import showing
from voting.errors import NoSuchComment, NoSuchOption, NoSuchRound, SuggestionsClosed
from voting.ids import row_id
from voting.models import Kind, Round, Status
from voting.services import counting, gathering, talking
from voting.services.casting import cast_vote
from voting.services.looking import round_for
from voting.services.suggesting import suggest

View = Callable[..., HttpResponseBase]

PAST = timedelta(days=90)


class Visit(HttpRequest):
    """A request as htmx and we ourselves have furnished it."""

    htmx: HtmxDetails
    back: str  # where to lead whoever is refused


def fresh(view: View) -> View:
    """Never show a page of this view from a cache, nor a fragment in its place."""
    return never_cache(vary_on_headers("HX-Request")(view))


def voter_step(view: View) -> View:
    """Let who is signed in change something by POST; lead others to sign in, and all back."""

    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def check(request: Visit, round_id: int, **kwargs: Any) -> HttpResponseBase:
        home = request.back = reverse("voting:round", args=[round_id])
        if not request.user.is_authenticated:
            return go(request, redirect_to_login(home).url)
        if request.method == "GET":  # after a sign-in in between, say
            return redirect(home)
        known = row_id(str(round_id), missing=NoSuchRound)
        return view(request, known, **kwargs)

    return check


def reader(request: Visit) -> int | None:
    """Return the id of whoever is signed in."""
    return request.user.pk


def go(request: Visit, address: str) -> HttpResponse:
    """Lead to another page of ours, whoever asked."""
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def wants_fragment(request: Visit) -> bool:
    """Tell whether htmx asks for a part of a page, not for the whole after a step back."""
    return bool(request.htmx) and not request.htmx.history_restore_request


@fresh
@require_GET
def today(request: Visit) -> HttpResponse:
    """The round that is for the reader now, and others."""
    found = round_for(reader(request))
    sheet = None
    if found is not None:
        sheet = showing.show_round(round_id=found.pk, user_id=reader(request))
    rounds = showing.list_rounds(user_id=reader(request))
    others = [one for one in rounds if found is None or one.pk != found.pk]
    return render(request, "voting/today.html", {"sheet": sheet, "others": others})


@fresh
@require_GET
def a_round(request: Visit, round_id: int) -> HttpResponse:
    """One round; for htmx what is up for vote in it alone."""
    known = row_id(str(round_id), missing=NoSuchRound)
    sheet = showing.show_round(round_id=known, user_id=reader(request))
    template = "fragments/sheet" if wants_fragment(request) else "round"
    return render(request, f"voting/{template}.html", {"sheet": sheet})


@fresh
@require_GET
def chart(request: Visit, round_id: int) -> HttpResponse:
    """How the counts have moved, as a fragment; without script it is part of the page."""
    if not wants_fragment(request):
        return redirect("voting:round", round_id)
    known = row_id(str(round_id), missing=NoSuchRound)
    of, drawn = showing.show_chart(round_id=known)
    return render(request, "voting/fragments/chart.html", {"round": of, "chart": drawn})


@fresh
@voter_step
def choose(request: Visit, round_id: int, *, kind: str, target: str) -> HttpResponse:
    """Let one choice be as `want` says: 1 chosen, 0 not. Again changes nothing."""
    wish = request.POST.get("want")
    if wish not in {"0", "1"}:
        raise Malformed
    if kind not in Kind.values:
        raise NoSuchOption
    user_id = cast(int, reader(request))
    done = cast_vote(
        round_id=round_id, user_id=user_id, kind=kind, target=target, wanted=wish == "1"
    )
    if not request.htmx:
        return redirect(f"{request.back}#{kind}s")
    context = {
        "round_id": round_id,
        "kind": kind,
        "option": done.option,
        "figures": done.round,
        "mine": (kind, done.option["id"]) in done.mine,
        "live": request.POST.get("live") == "1",
    }
    return render(request, "voting/fragments/cast.html", context)


@fresh
@voter_step
def comment(request: Visit, round_id: int) -> HttpResponse:
    """Say something."""
    user_id = cast(int, reader(request))
    talking.add_comment(round_id=round_id, user_id=user_id, text=request.POST.get("text", ""))
    return _comments(request, round_id)


@fresh
@voter_step
def like(request: Visit, round_id: int, *, comment_id: int) -> HttpResponse:
    """Like what somebody said, or no more, as `want` says."""
    known = row_id(str(comment_id), missing=NoSuchComment)
    wanted = request.POST.get("want") != "0"
    talking.like_comment(comment_id=known, user_id=cast(int, reader(request)), wanted=wanted)
    return _comments(request, round_id)


@fresh
@voter_step
def delete(request: Visit, round_id: int, *, comment_id: int) -> HttpResponse:
    """Take back what one said."""
    known = row_id(str(comment_id), missing=NoSuchComment)
    talking.delete_comment(comment_id=known, user_id=cast(int, reader(request)))
    return _comments(request, round_id)


@fresh
@require_GET
def comments(request: Visit, round_id: int) -> HttpResponse:
    """What was said, as a fragment; without script it is part of the page."""
    if not wants_fragment(request):
        return redirect("voting:round", round_id)
    row_id(str(round_id), missing=NoSuchRound)
    return _comments(request, round_id)


@fresh
@voter_step
def propose(request: Visit, round_id: int) -> HttpResponse:
    """Suggest a place or a menu by its name; one that is known already is put up as it is."""
    user_id = cast(int, reader(request))
    kind, name = request.POST.get("kind"), request.POST.get("name", "")
    _check_proposing(round_id, user_id)
    if kind == Kind.MENU:
        thing = gathering.add_menu(user_id=user_id, name=name).thing
    elif kind == Kind.PLACE:
        link = request.POST.get("link", "").strip()
        thing = gathering.add_place(user_id=user_id, name=name, link=link).thing
    else:
        raise NoSuchOption
    suggest(round_id=round_id, user_id=user_id, kind=kind, target_id=thing.pk)
    return go(request, f"{request.back}#{kind}s")


@fresh
@require_GET
def history(request: Visit) -> HttpResponse:
    """What people like, how many vote, and for how long without a gap."""
    since = timezone.localdate() - PAST
    user_id = reader(request)
    context = {
        "favourites": counting.favourites(since=since, limit=10),
        "turnouts": counting.turnouts(since=since, limit=20),
        "streak": counting.streak_of(user_id) if user_id is not None else None,
    }
    return render(request, "voting/history.html", context)


def _check_proposing(round_id: int, user_id: int) -> None:
    """Refuse before a place is made that could not be put up."""
    talking.check_voice(round_id=round_id, user_id=user_id)
    of = Round.objects.with_status().get(pk=round_id)
    if not of.suggestions_allowed or of.current_status not in {Status.UPCOMING, Status.OPEN}:
        raise SuggestionsClosed


def _comments(request: Visit, round_id: int) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{request.back}#comments")
    user_id = reader(request)
    said = showing.comments_of(round_id=round_id, user_id=user_id)
    context = {"round_id": round_id, "comments": said}
    return render(request, "voting/fragments/comments.html", context)
