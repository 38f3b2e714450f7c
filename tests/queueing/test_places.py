"""A proof of place says one person's number in one line, and can be neither made nor bent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.errors import PlaceRefused
from queueing.passes import Pass, sign_pass
from queueing.places import SALT, Place, read_place, sign_place
from queueing.proofs import sign_facts

GIVEN = Place(event_id=7, person="g" + "a" * 22, number=81_200, epoch=1)
ASKED = {"event_id": 7, "person": GIVEN.person, "epoch": 1}


def reason(text: str, **asked) -> str:
    with pytest.raises(PlaceRefused) as refused:
        read_place(text, **{**ASKED, **asked})
    return refused.value.reason


NUMBERS = st.integers(1, 2**53)


@given(st.builds(Place, st.integers(1, 2**63 - 1), st.just("u1"), NUMBERS, NUMBERS, st.booleans()))
def test_reads_back_what_was_signed(place):
    asked = {"event_id": place.event_id, "person": place.person, "epoch": place.epoch}

    assert read_place(sign_place(place), **asked) == place


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"event_id": 70}, "other_event"),
        ({"person": "g" + "a" * 21 + "b"}, "other_person"),
        ({"person": "u7"}, "other_person"),
        ({"epoch": 2}, "other_epoch"),
    ],
)
def test_says_which_other_it_was_given_for(asked, because):
    assert reason(sign_place(GIVEN), **asked) == because


def test_any_flipped_bit_is_a_forgery():
    raw = sign_place(GIVEN).encode()

    for place in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            assert reason(flipped.decode("latin-1")) == "forged"


def test_nobody_moves_up_by_editing_the_number():
    facts, signature = sign_place(GIVEN).split(":")

    assert reason(f"{facts.replace('.81200.', '.1.')}:{signature}") == "forged"


def test_a_ticket_is_not_passed_off_as_a_place():
    facts, signature = sign_place(Place(7, GIVEN.person, 3, 1, early=True)).split(":")

    assert facts.endswith(".1")
    assert reason(f"{facts[:-1]}0:{signature}") == "forged"


def test_any_part_of_it_is_a_forgery():
    text = sign_place(GIVEN)

    for length in range(len(text)):
        assert reason(text[:length]) == "forged"


def test_a_pass_is_no_place():
    assert reason(sign_pass(Pass(7, GIVEN.person, 1, 1, 2**50))) == "forged"
    assert reason(sign_facts(7, GIVEN.person, 81_200, 1, 0, salt="queueing.pass")) == "forged"
    assert reason(sign_facts(7, GIVEN.person, 81_200, 1, salt=SALT)) == "forged"
    assert reason(sign_facts(7, GIVEN.person, "first", 1, 0, salt=SALT)) == "forged"


def test_a_secret_that_was_replaced_is_still_read_while_it_is_listed(settings):
    text = sign_place(GIVEN)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "the next one, of fifty characters as it is!"

    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_place(text, **ASKED) == GIVEN

    settings.SECRET_KEY_FALLBACKS = []
    assert reason(text) == "forged"


@pytest.mark.parametrize("text", ["", ":", "7.u1.1.1", "자리", "\ud800", "\x00", "x" * 10_000_000])
def test_what_nobody_signed_is_a_forgery(text):
    assert reason(text) == "forged"
