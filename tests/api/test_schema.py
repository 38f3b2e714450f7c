"""The schema tells the truth, and nothing that fits or breaks it breaks the server."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from accounts.models import User
from accounts.tokens import issue_access
from config.wsgi import application
from core.invariants import breaches, known
from tests.builders import a_hold, a_ticket_type, a_user, an_event, pay
from ticketing.models import Event, Reservation

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.allow_header_conformance,
    checks.ignored_auth,
]
pytestmark = pytest.mark.django_db(transaction=True)
bounded = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", application)


@pytest.fixture
def buyer() -> User:
    return a_user("buyer")


@pytest.fixture(autouse=True)
def _house(settings: Any, buyer: User) -> Iterator[None]:
    """Something to find and to buy; afterwards, what must never be false is true."""
    settings.THROTTLE = False
    stalls = a_ticket_type(an_event(), capacity=1000)
    pay(buyer, a_hold(buyer, {stalls: 1}))
    a_hold(buyer, {stalls: 1})
    yield
    assert [breach for invariant in known() for breach in breaches(of=invariant)] == []


@schema.parametrize()
@bounded
def test_nobody_in_particular_breaks_nothing(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@bounded
def test_a_buyer_breaks_nothing(case: schemathesis.Case, buyer: User) -> None:
    signed_in = {"Authorization": f"Bearer {issue_access(buyer.pk)}"}

    case.call_and_validate(checks=CHECKS, headers=signed_in)
    aim(case)
    case.call_and_validate(checks=CHECKS, headers=signed_in)


def aim(case: schemathesis.Case) -> None:
    """Put what exists where `case` speaks of something."""
    event = Event.objects.get()
    real = {"event": str(event.pk), "reservation": a_reservation(), "provider": "sandbox"}
    for name in real.keys() & case.path_parameters.keys():
        case.path_parameters[name] = real[name]
    if "topics" in case.query:
        case.query["topics"] = f"event.{event.pk}"
    if not isinstance(case.body, dict):
        return
    if "event" in case.body:
        case.body["event"] = real["event"]
    for item in case.body["items"] if isinstance(case.body.get("items"), list) else []:
        if isinstance(item, dict):
            item["ticket_type"] = str(event.ticket_types.get().pk)
    if isinstance(case.body.get("payment"), dict):
        case.body["payment"]["provider"] = "sandbox"


def a_reservation() -> str:
    """Return one that lives, if any does."""
    reservations = Reservation.objects.order_by("-created_at")
    return str((reservations.live().first() or reservations.first()).pk)


def test_the_schema_is_valid(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema"))
