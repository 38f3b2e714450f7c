"""No log line holds what opens a door, however much is logged."""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import User
from tests.builders import PASSWORD
from tests.security.serving import Line, Visitor, Web
from tests.stack import free_port
from ticketing.models import TicketType

REDIS_PASSWORD = "redis-opens-sesame"
WRONG = "wrong-but-still-private"
CARD = "4000 0000 0000 9995"

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def web(line: Line) -> Iterator[Web]:
    """A talkative web process whose Redis is gone: failures are what is logged most."""
    redis = f"redis://:{REDIS_PASSWORD}@127.0.0.1:{free_port()}/0"
    with Web(
        database=line.url(), redis=redis, LOG_LEVEL="DEBUG", METRICS_TOKEN="metrics-sesame"
    ) as process:
        yield process


def test_no_secret_is_written_down(web: Web, line: Line, alice: User, stalls: TicketType) -> None:
    alice.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 8)
    alice.save(update_fields=["password"])

    secrets = {*by_api(web, stalls), *by_page(web, stalls)}
    line.cut()
    secrets |= {*by_api(web, stalls), *by_page(web, stalls)}
    line.mend()

    said = web.said()
    assert "the database failed" in said
    assert "POST" in said or "/api/" in said
    assert {secret for secret in secrets if secret and secret in said} == set()


def by_api(web: Web, stalls: TicketType) -> set[str]:
    """Sign in, buy and be refused; return what must stay private."""

    def post(path: str, body: object, **headers: str):
        headers["Content-Type"] = "application/json"
        return web.ask("POST", f"/api/{path}", json.dumps(body), **headers).json()

    post("auth/token", {"username": "alice", "password": WRONG})
    tokens = post("auth/token", {"username": "alice", "password": PASSWORD})
    access, refresh = tokens.get("access", "no-token"), tokens.get("refresh", "no-token")
    bearer = {"Authorization": f"Bearer {access}"}
    item = {"ticket_type": str(stalls.pk), "quantity": 1}
    held = post("reservations", {"event": str(stalls.event_id), "items": [item]}, **bearer)
    card = {"provider": "sandbox", "card": CARD}
    post(f"reservations/{held.get('id')}/confirm", {"payment": card}, **bearer)
    post("auth/token/refresh", {"refresh": refresh})
    post("auth/token/refresh", {"refresh": refresh})  # twice: a warning
    post("reservations", {"event": "1"}, Authorization=f"Bearer {access}x")
    web.ask("GET", "/metrics", Authorization="Bearer metrics-sesame", X_Forwarded_For="1.2.3.4")
    web.ask("GET", f"/api/live?topics=user.1&token={access}")
    return {PASSWORD, WRONG, CARD, access, refresh, REDIS_PASSWORD, "metrics-sesame"} - {"no-token"}


def by_page(web: Web, stalls: TicketType) -> set[str]:
    """Sign in, pay and fail; return what must stay private."""
    visitor = Visitor(web)
    visitor.get("/accounts/sign-in")
    visitor.post("/accounts/sign-in", username="alice", password=WRONG)
    visitor.post("/accounts/sign-in", username="alice", password=PASSWORD)
    visitor.post("/accounts/password", old_password=PASSWORD, new_password1=WRONG)
    home = visitor.post(
        f"/events/{stalls.event_id}/hold", **{f"quantity-{stalls.pk}": "1", "key": "once"}
    ).headers.get("Location", "/")
    visitor.post(f"{home}/confirm", card=CARD)
    visitor.get("/accounts/password-reset/MQ/c0ffee-1234567890abcdef1234567890abcdef")
    visitor._web.ask("POST", "/accounts/sign-out", {"csrfmiddlewaretoken": "forged"})
    return {
        PASSWORD,
        WRONG,
        CARD,
        visitor.cookies.get("sessionid", ""),
        visitor.cookies["csrftoken"],
        "c0ffee-1234567890abcdef1234567890abcdef",
        settings.SECRET_KEY,
    }
