"""What may happen to a line, in any order: the rules of the property test."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from queueing.line import Mode
from tests.queueing.lines import MINUTE
from tests.queueing.world import World

PEOPLE = [*(f"u{number}" for number in range(1, 8)), *(f"g{letter}" for letter in "abcdefg")]
people = st.sampled_from(PEOPLE)


def play(redis, *, times):
    """Have anything happen in so many worlds, and see after each step that all is fair."""

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            redis.flushdb()
            self.world = World(redis)

        @rule(who=st.lists(people, max_size=9))
        def join(self, who):
            self.world.join(*who)

        @rule(who=st.lists(people, max_size=9))
        def beat(self, who):
            self.world.beat(*who)

        @rule(who=st.lists(people, max_size=9, unique=True))
        def attend(self, who):
            self.world.attend(who)

        @rule(person=people)
        def leave(self, person):
            self.world.leave(person)

        @rule(person=people)
        def buy(self, person):
            self.world.buy(person)

        @rule(guest=st.sampled_from(PEOPLE[7:]), user=st.sampled_from(PEOPLE[:7]))
        def sign_in(self, guest, user):
            self.world.sign_in(guest, user)

        @rule(who=st.permutations(PEOPLE), count=st.integers(1, len(PEOPLE)))
        def come_back(self, who, count):
            self.world.come_back(*who[:count])

        @rule(person=people)
        def replay(self, person):
            self.world.replay(person)

        @rule(mode=st.sampled_from([Mode.ON, Mode.ON, *Mode]))
        def set_mode(self, mode):
            self.world.configure(mode=mode)

        @rule(threshold=st.integers(0, 8), rate=st.integers(0, 9))
        def set_limits(self, threshold, rate):
            self.world.configure(threshold=threshold, rate=rate)

        @rule(number=st.integers(0, 3))
        def admit(self, number):
            self.world.admit(number)

        @rule(seconds=st.sampled_from([None, 1, 30, 200]))
        def set_opening(self, seconds):
            self.world.set_opening(seconds)

        @rule(count=st.integers(1, 5))
        def draw_together(self, count):
            self.world.draw_together(count)

        @rule()
        def clear(self):
            self.world.clear()

        @rule(stock=st.sampled_from([-1, -1, -1, 0, 2, 5]), holders=st.integers(0, 3))
        def tick(self, stock, holders):
            self.world.tick(stock, holders)

        @rule()
        def tick_together(self):
            self.world.tick_together()

        @rule(ms=st.sampled_from([1, 400, 1000, 5000, 59_900, MINUTE, 10 * MINUTE]))
        def pass_time(self, ms):
            self.world.clock.go(ms)

        @rule(seconds=st.sampled_from([5, 30, 130, 400]), alive=st.sets(people, max_size=3))
        def live_on(self, seconds, alive):
            self.world.live_on(seconds, alive)

        @rule()
        def lose_redis(self):
            self.world.lose_redis()

        @rule()
        def restart_redis(self):
            self.world.restart_redis()

        def teardown(self):
            self.world.run_dry()

    chosen = settings(
        max_examples=times,
        phases=[Phase.generate],
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Machine, settings=chosen)
