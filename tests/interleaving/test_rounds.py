"""Sixteen people over six seats, a hundred times."""

import functools
import random
import threading

import pytest

from tests.builders import many_users
from tests.interleaving.buyers import Buyer
from tests.interleaving.ground import broken_rules
from tests.interleaving.scenes import FRESH, Me, pick
from tests.interleaving.theatre import Theatre
from ticketing.errors import SeatsTaken, SoldOut, StrandedSeat

ROUNDS = 100
PATIENCE = 30
REFUSALS = SeatsTaken | SoldOut | StrandedSeat


@pytest.mark.race
def test_sixteen_people_over_six_seats(theatre: Theatre, tell) -> None:
    chance = random.Random(5)
    mes = [Me(user, theatre.event, theatre.plan) for user in many_users(16)]
    people = [Buyer(me.user.username) for me in mes]
    sold, sqlstates = 0, []

    try:
        for _round in range(ROUNDS):
            theatre.ground.back_to("blank", seconds=FRESH)
            _all_at_once(people, mes, chance)
            outcomes = [outcome for person in people for outcome in person.outcomes]
            taken = [one for one in outcomes if not isinstance(one, REFUSALS)]
            numbers = [number for one in taken for number in _numbers(one)]
            assert len(numbers) == len(set(numbers))
            assert len(theatre.ground.state()["seats"]) == len(numbers)
            assert broken_rules() == []
            sold += len(numbers)
            sqlstates += [state for person in people for state in person.sqlstates]
    finally:
        for person in people:
            person.dismiss()

    deadlocks = sqlstates.count("40P01")
    tell(f"{ROUNDS} rounds, {sold} seats held, none twice, {deadlocks} deadlocks")
    assert deadlocks == 0
    assert sold > 3 * ROUNDS


def _all_at_once(people: list[Buyer], mes: list[Me], chance: random.Random) -> None:
    start = threading.Barrier(len(people))
    for person, me in zip(people, mes, strict=True):
        first = chance.randrange(6)
        wanted = {first, chance.choice([first, (first + 1) % 6, chance.randrange(6)])}
        person.begin([functools.partial(_wait_and_pick, start, me, sorted(wanted))], free=True)
    for person in people:
        assert person.idle.wait(PATIENCE), "the round hangs"


def _wait_and_pick(start: threading.Barrier, me: Me, numbers: list[int]) -> str:
    start.wait(PATIENCE)
    return pick(*numbers)(me)


def _numbers(outcome: str) -> list[int]:
    assert isinstance(outcome, str), repr(outcome)
    return [int(number) for number in outcome.removeprefix("has [").rstrip("]").split(",")]
