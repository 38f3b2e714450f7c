"""How the API page describes refusals."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from core.problems import PROBLEM

ALWAYS = (503,)  # nobody is spared when the database is gone
MEANING = {
    400: "The body or a parameter makes no sense",
    401: "Nobody is signed in, or the token is not good",
    402: "The payment was declined",
    403: "Not allowed; by session also without its CSRF token",
    404: "There is no such thing, or it is somebody else's",
    409: "Not possible as things are",
    410: "Too late",
    413: "The body is too large",
    415: "The body is not application/json",
    422: "Understood, but not allowed",
    429: "Too many attempts; Retry-After says how many seconds to wait",
    503: "Too busy, or out of order; Retry-After says how many seconds to wait",
}


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details; some refusals add facts of their own."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; made for programs.")


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the refusals of an operation, each an RFC 9457 problem."""
    return {
        (status, PROBLEM): OpenApiResponse(Problem, description=MEANING[status])
        for status in (*statuses, *ALWAYS)
    }
