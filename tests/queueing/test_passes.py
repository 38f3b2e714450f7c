"""A pass admits whom it was given to, where and while it was; nothing else reads as one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.errors import PassRefused
from queueing.passes import Pass, read_pass, sign_pass
from queueing.places import Place, sign_place

NOW = 1_800_000_000_000
GIVEN = Pass(event_id=7, person="u12", epoch=3, serial=5, until=NOW + 120_000)
ASKED = {"event_id": 7, "person": "u12", "epoch": 3, "now": NOW}


def reason(text: str, **asked) -> str:
    with pytest.raises(PassRefused) as refused:
        read_pass(text, **{**ASKED, **asked})
    return refused.value.reason


def test_reads_back_what_was_signed():
    assert read_pass(sign_pass(GIVEN), **ASKED) == GIVEN


def test_reads_a_guest_with_the_largest_numbers():
    large = Pass(2**63 - 1, "g" + "aB3_-" * 4 + "xy", 2**31 - 1, 2**53, 2**53)

    text = sign_pass(large)

    asked = {"event_id": large.event_id, "person": large.person, "epoch": large.epoch}
    assert read_pass(text, now=NOW, **asked) == large


def test_is_over_at_the_moment_that_it_names():
    text = sign_pass(GIVEN)

    assert read_pass(text, **{**ASKED, "now": GIVEN.until - 1})
    assert reason(text, now=GIVEN.until) == "expired"
    assert reason(text, now=GIVEN.until + 1_000) == "expired"


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"event_id": 8}, "other_event"),
        ({"person": "u1"}, "other_person"),
        ({"person": "u121"}, "other_person"),
        ({"person": "g12"}, "other_person"),
        ({"epoch": 4}, "other_epoch"),
        ({"epoch": 2}, "other_epoch"),
    ],
)
def test_says_which_other_it_was_given_for(asked, because):
    assert reason(sign_pass(GIVEN), **asked) == because


def test_any_flipped_bit_is_a_forgery():
    raw = sign_pass(GIVEN).encode()

    for place in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            assert reason(flipped.decode("latin-1")) == "forged"


def test_any_part_of_it_is_a_forgery():
    text = sign_pass(GIVEN)

    for length in range(len(text)):
        assert reason(text[:length]) == "forged"
        assert reason(text[length + 1 :]) == "forged"


def test_a_signature_does_not_fit_other_facts():
    facts, signature = sign_pass(GIVEN).split(":")
    other = sign_pass(replace(GIVEN, until=GIVEN.until + 1)).split(":")[0]

    assert reason(f"{other}:{signature}") == "forged"
    assert reason(f"{facts}:{signature}x") == "forged"
    assert reason(f" {facts}:{signature}") == "forged"
    assert reason(f"{facts}:{signature}\n") == "forged"


def test_a_place_is_no_pass():
    assert reason(sign_place(Place(event_id=7, person="u12", number=5, epoch=3))) == "forged"


def test_facts_of_another_kind_are_no_pass_even_with_its_salt():
    from queueing.passes import SALT
    from queueing.proofs import sign_facts

    assert reason(sign_facts(7, "u12", 3, 5, salt=SALT)) == "forged"
    assert reason(sign_facts(7, "u12", 3, 5, NOW, 1, salt=SALT)) == "forged"
    assert reason(sign_facts(7, "u12", 3, 5, "soon", salt=SALT)) == "forged"


def test_another_secret_signs_no_pass_of_ours(settings):
    settings.SECRET_KEY = "somebody else's, of fifty characters as it should be"
    text = sign_pass(GIVEN)

    settings.SECRET_KEY = "ours, which also has fifty characters as it should be"

    assert reason(text) == "forged"


def test_a_secret_that_was_replaced_is_still_read_while_it_is_listed(settings):
    text = sign_pass(GIVEN)
    settings.SECRET_KEY, old = (
        "the next one, of fifty characters as it should be!",
        (settings.SECRET_KEY),
    )

    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_pass(text, **ASKED) == GIVEN

    settings.SECRET_KEY_FALLBACKS = []
    assert reason(text) == "forged"


@pytest.mark.parametrize(
    "text",
    ["", ":", "." * 4, "7.u12.3.5.1900000000000", "자리", "\ud800", "é", "\x00", "x" * 10_000_000],
    ids=["empty", "colon", "dots", "unsigned", "Korean", "surrogate", "accent", "nul", "huge"],
)
def test_what_nobody_signed_is_a_forgery(text):
    assert reason(text) == "forged"


@given(st.text(max_size=300))
def test_no_text_but_a_signed_one_is_read(text):
    assert reason(text) == "forged"


def test_is_short_and_fits_a_header_and_a_cookie():
    text = sign_pass(GIVEN)

    assert len(text) <= 100
    assert set(text) <= set(map(chr, range(0x21, 0x7F))) - set('";,\\')
