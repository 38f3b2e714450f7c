"""How the API page describes sign-in; importing this is what tells it."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionCookie(SessionScheme):  # type: ignore[no-untyped-call]
    priority = 1  # over the framework's own, which does not speak of CSRF
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        definition: dict[str, str] = super().get_security_definition(auto_schema)  # type: ignore[no-untyped-call]
        definition["description"] = "A session of our pages; unsafe methods take X-CSRFToken too."
        return definition
