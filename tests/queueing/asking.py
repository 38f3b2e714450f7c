"""People as the API sees them, programs and browsers, and the time that goes by."""

from typing import Any

import orjson
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.tokens import issue_access
from core.redis import impatient
from queueing.line import Line
from queueing.line.lines import KEYS
from tests.api_client import wish
from tests.queueing.lines import change_state, read_state
from ticketing.models import Event, TicketType

# Of the state: when something was, or is to be. Ticks and signs of life went on as ever.
INSTANTS = (
    "credited_at",
    "measured_at",
    "calm_since",
    "recovering_until",
    "heard_again",
    "opens_at",
)
SECOND = 1000  # ms


class Asking:
    """Somebody who asks about lines; `kept` is what a program keeps, which a browser need not."""

    def __init__(
        self, user: User | None = None, *, browser: bool = True, address: str = ""
    ) -> None:
        self.user = user
        self.client = Client(REMOTE_ADDR=address or "127.0.0.1")
        self.headers = {}
        if user is not None and browser:
            self.client.force_login(user)
        elif user is not None:
            self.headers = {"Authorization": f"Bearer {issue_access(user.pk)}"}

    def check(self, event: Event, **proofs: Any) -> dict[str, Any]:
        return self.fine(self.ask("POST", f"queue/check/{event.pk}", proofs))

    def status(self, event: Event, **headers: str) -> dict[str, Any]:
        return self.fine(self.ask("GET", f"queue/status/{event.pk}", None, **headers))

    def leave(self, event: Event) -> dict[str, Any]:
        return self.fine(self.ask("POST", f"queue/leave/{event.pk}"))

    def hold(self, ticket_type: TicketType, quantity: int = 1, **headers: str):
        return self.ask("POST", "reservations", wish(ticket_type, quantity), **headers)

    def pay(self, held: Any, **headers: str):
        body = {"payment": {"provider": "sandbox"}}
        return self.ask("POST", f"reservations/{held.json()['id']}/confirm", body, **headers)

    def cancel(self, held: Any):
        return self.ask("POST", f"reservations/{held.json()['id']}/cancel")

    def ask(self, method: str, path: str, body: Any = None, **headers: str):
        """Send `body`: text as it is, nothing for None, else as JSON."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        sent = body if isinstance(body, str | bytes) else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/api/{path}",
            b"" if body is None else sent,
            content_type="application/json",
            headers={**self.headers, **named},
        )

    def fine(self, answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.content[:500]
        return answer.json()


def program(user: User | None = None) -> Asking:
    return Asking(user, browser=False)


def refused(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def line_of(event: Event) -> dict[str, Any]:
    """Return who waits and who is in, as Redis knows it."""
    redis, keys = _line(event)
    people = {name: redis.zrange(keys[name], 0, -1, withscores=True) for name in ("line", "early")}
    return {**people, "active": sorted(redis.zrange(keys["active"], 0, -1))}


def pass_time(event: Event, seconds: float) -> None:
    """Have so much time gone by for the line, in which the house ticked on and nobody came."""
    redis, keys = _line(event)
    for name in ("seen", "active", "gone"):
        for person, at in redis.zrange(keys[name], 0, -1, withscores=True):
            redis.zadd(keys[name], {person: at - seconds * SECOND})
    for place, slot in enumerate(redis.lrange(keys["calls"], 0, -1)):
        at, number = slot.split(b":")
        redis.lset(keys["calls"], place, f"{int(at) - round(seconds * SECOND)}:{int(number)}")
    line = Line(event.pk)
    state = read_state(line, redis)
    moved = {name: state[name] - round(seconds * SECOND) for name in INSTANTS if state.get(name)}
    change_state(line, redis, **moved)


def _line(event: Event) -> tuple[Any, dict[str, str]]:
    return impatient(settings.REDIS_URL), dict(zip(KEYS, Line(event.pk).keys, strict=True))
