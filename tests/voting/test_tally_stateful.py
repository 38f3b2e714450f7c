"""Whatever voters, operators and the clock do, in any order: the tally is what the ballots say.

A model that is nothing but sets of choices plays along; after each step the product says the same.
"""

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as play

from accounts.models import User
from core.invariants import breaches
from tests.voting.rounds import a_menu, a_place, a_round, end, kind_of, vote
from voting.errors import NoSuchOption, NoSuchPlace, RoundClosed, TooManyChoices
from voting.invariants import ALL
from voting.models import Place, Round
from voting.services.gathering import archive_place
from voting.services.merging import merge_places
from voting.services.settling import settle_round
from voting.services.suggesting import add_option, withdraw_option

pytestmark = pytest.mark.django_db(transaction=True)

NUM_PEOPLE = 4
NUM_PLACES = 4  # the last of which is not up in the beginning
LIMITS = {"place": 2, "menu": 1}

person = st.integers(0, NUM_PEOPLE - 1)
place = st.integers(0, NUM_PLACES - 1)
thing = st.integers(0, NUM_PLACES + 1)
turns = itertools.count()


class Office(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        turn = next(turns)
        names = (f"{turn}-{n}" for n in range(NUM_PEOPLE))
        self.people = User.objects.bulk_create(User(username=name) for name in names)
        places = [a_place(f"식당 {turn} {n}") for n in range(NUM_PLACES)]
        self.things = [*places, a_menu(f"밥 {turn}"), a_menu(f"빵 {turn}")]
        self.up = set(range(len(self.things))) - {NUM_PLACES - 1}
        on = [self.things[n] for n in self.up]
        self.round = a_round(*on, max_places=LIMITS["place"], max_menus=LIMITS["menu"])
        self.ballots: list[set[int]] = [set() for _ in self.people]
        self.merged: dict[int, int] = {}
        self.archived: set[int] = set()
        self.withdrawn: set[int] = set()
        self.over = False

    def meant(self, what: int) -> int:
        while what in self.merged:
            what = self.merged[what]
        return what

    def num_chosen(self, who: int, kind: str) -> int:
        return sum(kind_of(self.things[what]) == kind for what in self.ballots[who])

    def why_not(self, who: int, what: int) -> type[Exception] | None:
        kind = kind_of(self.things[what])
        if self.over:
            return RoundClosed
        if what not in self.up or what in self.withdrawn | self.archived:
            return NoSuchOption
        full = self.num_chosen(who, kind) >= LIMITS[kind]
        return TooManyChoices if full and what not in self.ballots[who] else None

    @initialize(left_out=st.lists(st.integers(0, 2), min_size=NUM_PEOPLE, max_size=NUM_PEOPLE))
    def begin_with_full_ballots(self, left_out: list[int]) -> None:
        """Let everybody have two of the three places: what is merged is on somebody's twice."""
        for who, what in enumerate(left_out):
            self.cast_some(who, [other for other in range(3) if other != what])

    @rule(who=person, whats=st.lists(thing, min_size=1, max_size=3, unique=True))
    def cast_some(self, who: int, whats: list[int]) -> None:
        for what in whats:
            self.cast(who, what)

    def cast(self, who: int, what: int) -> None:
        meant = self.meant(what)
        refusal = self.why_not(who, meant)
        if refusal is not None:
            with pytest.raises(refusal):
                vote(self.people[who], self.round, self.things[what])
            return

        said = vote(self.people[who], self.round, self.things[what])

        assert said.changed == (meant not in self.ballots[who])
        self.ballots[who].add(meant)
        self.check_mine(who, said.mine)

    @rule(who=person, what=thing)
    def retract(self, who: int, what: int) -> None:
        meant = self.meant(what)
        if self.over or meant not in self.up:
            with pytest.raises(RoundClosed if self.over else NoSuchOption):
                vote(self.people[who], self.round, self.things[what], wanted=False)
            return

        said = vote(self.people[who], self.round, self.things[what], wanted=False)

        assert said.changed == (meant in self.ballots[who])
        self.ballots[who].discard(meant)
        self.check_mine(who, said.mine)

    def check_mine(self, who: int, mine: list[tuple[str, str]]) -> None:
        chosen = [self.things[what] for what in self.ballots[who]]
        assert sorted(mine) == sorted((kind_of(one), str(one.pk)) for one in chosen)

    @rule(double=place, kept=place)
    def merge(self, double: int, kept: int) -> None:
        if double == kept or {double, kept} & self.merged.keys() or kept in self.archived:
            return
        merge_places(double_id=self.things[double].pk, kept_id=self.things[kept].pk)
        self.merged[double] = kept
        if self.over or double not in self.up - self.withdrawn:
            return
        if kept in self.up:
            self.withdrawn.discard(kept)
            self.withdrawn.add(double)
        else:
            self.up = self.up - {double} | {kept}
        for ballot in self.ballots:
            if double in ballot:
                ballot ^= {double}
                ballot |= {kept}

    @rule(what=place)
    def archive(self, what: int) -> None:
        if what not in self.merged:
            archive_place(place_id=self.things[what].pk)
            self.archived.add(what)

    @precondition(lambda self: not self.over)
    @rule(what=place)
    def put_up(self, what: int) -> None:
        pk, meant = self.things[what].pk, self.meant(what)
        if meant in self.archived:
            with pytest.raises(NoSuchPlace):
                add_option(round_id=self.round.pk, kind="place", target_id=pk)
            return
        add_option(round_id=self.round.pk, kind="place", target_id=pk)
        self.up.add(meant)
        self.withdrawn.discard(meant)

    @precondition(lambda self: not self.over)
    @rule(what=place)
    def withdraw(self, what: int) -> None:
        if what in self.up:
            target = str(self.things[what].pk)
            withdraw_option(round_id=self.round.pk, kind="place", target=target)
            self.withdrawn.add(what)
            for ballot in self.ballots:
                ballot.discard(what)

    @precondition(lambda self: not self.over and self.merged)
    @rule()
    def close(self) -> None:
        end(self.round)
        self.over = True
        assert settle_round(round_id=self.round.pk)

    @invariant()
    def the_tally_is_what_the_ballots_say(self) -> None:
        count = [sum(what in ballot for ballot in self.ballots) for what in range(len(self.things))]
        now = Round.objects.get(pk=self.round.pk)
        options = now.options.select_related("place", "menu")
        tally = {option.place or option.menu: option.num_votes for option in options}
        assert tally == {self.things[what]: count[what] for what in self.up}
        assert (now.num_votes, now.num_voters) == (sum(count), sum(map(bool, self.ballots)))

    @invariant()
    def nothing_is_false_that_must_not_be(self) -> None:
        assert [breach for one in ALL for breach in breaches(of=one)] == []


def test_the_tally_is_right_whatever_happens():
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    play(
        Office,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=slow
        ),
    )
    assert Place.objects.exists()
