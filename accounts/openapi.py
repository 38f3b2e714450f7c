"""How the API page describes sign-in and refusals."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from core.problems import PROBLEM


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the refusals of an operation, each an RFC 9457 problem."""
    return {
        (status, PROBLEM): OpenApiResponse(OpenApiTypes.OBJECT, description="Refused")
        for status in statuses
    }
