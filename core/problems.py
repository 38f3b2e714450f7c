"""Refusals and errors as answers: a page, a fragment for htmx, or problem+json (RFC 9457)."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import orjson
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.defaults import bad_request, server_error
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError, Malformed, NotFound, TooLarge

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


class NotSignedIn(DomainError):
    code = "not_signed_in"
    status = 401
    sentence = _("Please sign in first.")


class Broken(DomainError):
    code = "broken"
    status = 500
    sentence = _("Something broke on our side. Nothing was changed; please try again.")


class Unavailable(DomainError):
    """The database cannot be reached."""

    code = "unavailable"
    status = 503
    sentence = _("We cannot answer right now. Please try again in a moment.")


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    sentence = _("You may not do that.")


def problem(error: DomainError) -> HttpResponse:
    """Return `error` as problem+json: type, title, status, code, detail and its facts."""
    body = {
        **error.facts,
        "type": f"/problems/{error.code}",
        "title": str(error),
        "status": error.status,
        "code": error.code,
    }
    response = HttpResponse(
        orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS), content_type=PROBLEM
    )
    return _dressed(response, error)


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return `error` in the form that whoever asked understands."""
    if request.path_info.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        return problem(error)
    if isinstance(error, Unavailable):
        request.user = AnonymousUser()  # no page could be drawn if it asked who is signed in
    fragment = request.headers.get("HX-Request") == "true"
    template = "refused_fragment.html" if fragment else "refused.html"
    return _dressed(render(request, template, {"error": error}), error)


def api_problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse | Response | None:
    """Django REST framework's exception handler: everything it refuses is a problem."""
    refusal = _as_refusal(error)
    if refusal is None:
        return None
    set_rollback()
    response = problem(refusal)
    if isinstance(error, drf.APIException) and getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    return response


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer every address that there is not."""
    return answer(request, NotFound())


def suspicious(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself finds suspicious: too large, too many fields, a foreign host."""
    if isinstance(exception, DisallowedHost) and not request.path_info.startswith("/api/"):
        return bad_request(request, exception)  # our own pages need to know where they are
    return answer(request, _as_refusal(exception) or Malformed())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a bug: a page, or a problem below /api/. A database that is gone is none."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return unavailable(request)
    if request.path_info.startswith("/api/"):
        return problem(Broken())
    return server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while the database cannot be reached."""
    logger.exception("the database failed")
    return answer(request, Unavailable(retry_after=2))


def _dressed(response: HttpResponse, error: DomainError) -> HttpResponse:
    response.status_code = error.status
    response["Cache-Control"] = "no-store"
    if error.status == 401:
        response.setdefault("WWW-Authenticate", 'Bearer realm="api"')
    if "retry_after" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after"])
    return response


def _as_refusal(error: Exception) -> DomainError | None:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return Malformed()
    if isinstance(error, drf.ValidationError):
        return Malformed(errors=error.get_full_details())
    if isinstance(error, drf.APIException):
        return _from_framework(error)
    return None


def _from_framework(error: drf.APIException) -> DomainError:
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        return NotSignedIn()
    if isinstance(error, drf.PermissionDenied):
        return Forbidden()
    facts = {"retry_after": int(getattr(error, "wait", None) or 1)}
    if not isinstance(error, drf.Throttled):
        facts = {}
    refusal = DomainError(**facts)
    refusal.code = str(error.default_code)
    refusal.status = error.status_code
    refusal.sentence = str(error.detail)
    return refusal
