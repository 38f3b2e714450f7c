"""The REST API as one person sees it."""

from typing import Any

import orjson
from django.test import Client

from accounts.models import User
from accounts.tokens import issue_access
from ticketing.models import TicketType


class Api:
    """Asks below /api/ with the token of `user`, or as a visitor."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {issue_access(user.pk)}"} if user else {}

    def get(self, path: str, **query: Any):
        return self.client.get(f"/api/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str):
        return self.ask("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any = None, **headers: str):
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str):
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, body: Any = None, **headers: str):
        """Send `body`: text as it is, nothing for None, else as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = body if isinstance(body, str | bytes) else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/api/{path}",
            b"" if body is None else sent,
            content_type="application/json",
            headers={**self.headers, **named},
        )


def wish(ticket_type: TicketType, quantity: Any = 1) -> dict[str, Any]:
    """Return the body of a hold."""
    item = {"ticket_type": str(ticket_type.pk), "quantity": quantity}
    return {"event": str(ticket_type.event_id), "items": [item]}
