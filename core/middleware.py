"""The outermost and the innermost layer of a request."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.errors import DomainError
from core.problems import answer, suspicious, unavailable

request_id: ContextVar[str] = ContextVar("request_id", default="-")

LONGEST_REQUEST_ID = 64

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestContext:
    """Gives each request an id, and makes a trailing slash below /api/ mean nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        name = given if given.isascii() and given.isprintable() else ""
        token = request_id.set(name[:LONGEST_REQUEST_ID] or uuid.uuid4().hex)
        if request.path_info.startswith("/api/") and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class Refusals:
    """Turns a `DomainError` out of any view into its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return unavailable(request)
        if isinstance(error, SuspiciousOperation):
            return suspicious(request, error)  # with DEBUG on Django would show its own page
        return answer(request, error) if isinstance(error, DomainError) else None
