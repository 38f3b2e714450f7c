"""How long requests take, by address pattern: what /metrics shows of the web processes."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import metrics

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

requests = metrics.histogram(
    "jari_http_request_seconds", "Time to answer a request", ["method", "route", "status"]
)


class Measured:
    """Times each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        requests.observe(
            time.perf_counter() - began,
            method=request.method if request.method in METHODS else "other",
            route=request.resolver_match.route if request.resolver_match else "unknown",
            status=f"{response.status_code // 100}xx",
        )
        return response
