"""The draw: everybody gets a number, nobody the same, and none can be foreseen or redrawn."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.draw import hash_of, make_seed, place_of

SEED = "0123456789abcdef" * 4
CHI_SQUARE = {1: 10.8, 2: 13.8, 4: 18.5, 9: 27.9}  # degrees of freedom → exceeded once in 1,000


@given(st.integers(1, 2000), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_every_ticket_draws_a_number_of_its_own_right_after_the_tickets(count, seed):
    drawn = [place_of(ticket, seed=seed, count=count) for ticket in range(1, count + 1)]

    assert sorted(drawn) == list(range(count + 1, 2 * count + 1))


def test_what_was_drawn_once_is_drawn_by_every_later_version():
    few = [place_of(ticket, seed=SEED, count=10) for ticket in range(1, 11)]

    assert few == [11, 13, 16, 20, 12, 19, 17, 15, 14, 18]
    assert place_of(1, seed=SEED, count=1) == 2
    assert place_of(1, seed=SEED, count=1_000_000) == 1_030_195
    assert place_of(123_456, seed=SEED, count=1_000_000) == 1_668_822


def test_the_hash_is_what_a_shell_makes_of_the_seed():
    # printf %s 0123456789abcdef… | sha256sum
    assert hash_of(SEED) == "a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e"


@pytest.mark.parametrize("count", [2, 3, 5, 10])
def test_each_number_is_as_likely_for_each_ticket(count):
    draws = 3000

    for ticket in (1, count):
        found = [0] * count
        for seed in range(draws):
            found[place_of(ticket, seed=f"{seed:064x}", count=count) - count - 1] += 1
        expected = draws / count
        distance = sum((one - expected) ** 2 / expected for one in found)
        assert distance < CHI_SQUARE[count - 1]


def test_neighbours_are_drawn_far_apart():
    """Who came with nine friends does not stand with them."""
    count = 10_000
    drawn = [place_of(ticket, seed=SEED, count=count) for ticket in range(1, 1001)]

    near = sum(abs(one - two) < count / 100 for one, two in pairwise(drawn))
    assert near < 40  # 20 are expected


@pytest.mark.parametrize("ticket", [0, -1, 11, 2**53])
def test_only_tickets_draw(ticket):
    with pytest.raises(ValueError, match="is none of 10"):
        place_of(ticket, seed=SEED, count=10)


def test_seeds_are_secrets():
    seeds = {make_seed() for _ in range(100)}

    assert len(seeds) == 100
    assert {len(bytes.fromhex(seed)) for seed in seeds} == {32}
