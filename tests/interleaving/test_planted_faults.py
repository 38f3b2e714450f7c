"""The scheduler sees what it is for: each fault that is planted comes to light."""

import pytest

from tests.interleaving.gates import without
from tests.interleaving.scenes import scene
from tests.interleaving.theatre import Theatre
from ticketing import claims

pytestmark = pytest.mark.race

IN_THE_CLAIM = {
    "a pick takes what is not free": (
        "the same seat",
        "AND number = ANY (picks) AND state = 'f'\n",
        "AND number = ANY (picks)\n",
    ),
    "fewer seats than were picked are enough": (
        "the same seat",
        "IF jsonb_array_length(more) < cardinality(picks) THEN",
        "IF false THEN",
    ),
    "what was seen may have changed": (
        "one seat between",
        "IF guards <> '{}' AND seen IS DISTINCT FROM look.now_are THEN",
        "IF false THEN",
    ),
    "the selection is not locked": (
        "pick · sweep",
        "ORDER BY created_at DESC LIMIT 1 FOR NO KEY UPDATE;",
        "ORDER BY created_at DESC LIMIT 1;",
    ),
    "tabs take no turns": (
        "first picks",
        "PERFORM pg_advisory_xact_lock(hashint8extended(the_event, buyer));",
        "",
    ),
    "what is being paid for may change": (
        "confirm · pick",
        "WHERE p.reservation_id = mine.id AND p.status = 'pending'",
        "WHERE p.reservation_id = mine.id AND p.status = 'nothing'",
    ),
}
IN_THE_STEP = {
    "a reservation ends twice": ("sweep · sweep", "AND status = %(was)s"),
    "a hold ends too early": (
        "prolong · sweep",
        "AND (NOT %(only_due)s OR expires_at <= clock_timestamp())",
    ),
}


@pytest.mark.parametrize("fault", IN_THE_CLAIM)
def test_finds_what_is_missing_in_the_claim(theatre: Theatre, tell, fault: str) -> None:
    name, taken_out, instead = IN_THE_CLAIM[fault]

    report = theatre.explore(scene(name), source=without(taken_out, instead), until_wrong=True)

    tell(f"planted: {fault}: found in order {report.orders} of {name}")
    assert report.wrong != []


@pytest.mark.parametrize("fault", IN_THE_STEP)
def test_finds_what_is_missing_in_the_step(theatre, monkeypatch, tell, fault: str) -> None:
    name, taken_out = IN_THE_STEP[fault]
    monkeypatch.setattr(claims, "STEP", without(taken_out, source=claims.STEP))

    report = theatre.explore(scene(name), until_wrong=True)

    tell(f"planted: {fault}: found in order {report.orders} of {name}")
    assert report.wrong != []
