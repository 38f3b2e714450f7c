"""The claim finds what may strand a seat by itself; it must find what the rule finds."""

import random
import uuid

import pytest
from django.db import transaction

from accounts.models import User
from ticketing import seat_claims
from ticketing.models import Event, Seat
from ticketing.plans import layout_of, plan_of
from ticketing.seat_claims import Choice
from ticketing.seating.rules import stranded
from ticketing.services.holding import fresh_code
from ticketing.services.looking import nearby

pytestmark = pytest.mark.django_db

CASES = 300


def ask(event: Event, buyer: User, picks: list[int]) -> str:
    """Return what the claim says of `picks`, and leave nothing of it."""
    layout_id = layout_of(event.pk)
    choice = Choice(
        user_id=buyer.pk,
        event_id=event.pk,
        layout_id=layout_id,
        anew=True,
        most=10,
        picks=picks,
        drops=[],
        standing={},
        near=nearby(plan_of(layout_id), picks),
    )
    with transaction.atomic():
        said = seat_claims.select(choice, reservation_id=uuid.uuid4(), code=fresh_code())
        transaction.set_rollback(True)
    return said["verdict"]


def block(event: Event, numbers: set[int]) -> None:
    seats = Seat.objects.filter(event=event)
    seats.update(state="f")
    seats.filter(number__in=numbers).update(state="b")


def test_the_claim_sends_back_what_the_rule_calls_stranding(show: Event, alice: User) -> None:
    plan = plan_of(layout_of(show.pk))
    chance = random.Random(20_261_121)
    total = len(plan.places)
    verdicts = {"held": 0, "strands": 0}

    for _ in range(CASES):
        gone = {number for number in range(total) if chance.random() < 0.4}
        free = [number for number in range(total) if number not in gone]
        picks = sorted(chance.sample(free, min(len(free), chance.randint(1, 3))))
        states = "".join("b" if number in gone else "f" for number in range(total))
        block(show, gone)

        verdict = ask(show, alice, picks)

        assert verdict == ("strands" if stranded(plan, states, picks) else "held"), (states, picks)
        verdicts[verdict] += 1
    block(show, set())
    assert min(verdicts.values()) > CASES / 10
