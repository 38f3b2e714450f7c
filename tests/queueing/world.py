"""What must be true of a line whatever happens, beside a line to which it does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from queueing.line import State, Void
from tests.queueing.lines import MINUTE, SECOND, open_door

TICKERS = 4
RESTART = 20  # ms that it takes at least
INSIDE = (State.CALLED, State.ENTERED)


@dataclass(frozen=True)
class Proof:
    """What somebody's browser keeps."""

    number: int
    epoch: int


class World:
    """A line, what people have been told of it, and the checks after each step."""

    def __init__(self, redis):
        self.redis = redis
        self.door = open_door(redis, threshold=3, rate=60)
        self.line, self.clock = self.door.line, self.door.clock
        self.given = {}  # number → who it was given to
        self.waiting = {}  # person → number
        self.away = {}  # person → the proof of a place that a loss has taken
        self.passes = {}  # person → until when their pass is good
        self.used = {}  # person → the proof of a place that is over, in this life of Redis
        self.good_until = {}  # person → when silence may cost them their place
        self.let_in = []  # (time, how many) since Redis knows
        self.ahead = {}
        self.frontier = 0
        self.called_after = 0

    # What people do.

    def join(self, person):
        told = self.door.join(person)
        if told.state is State.WAITING:
            self._note_number(person, told.number)
        elif told.state is State.ENTERED and person not in self.passes:
            assert told.room.active <= told.room.threshold
            assert not self.waiting
            self._note_let_in(1, told.room)
        self._note_standing(person, told)
        self.check()

    def beat(self, person):
        self._note_standing(person, self.door.insist(lambda: self.line.beat(person)))
        self.check()

    def leave(self, person):
        told = self.door.insist(lambda: self.line.leave(person))
        assert told.state not in (State.WAITING, *INSIDE)
        self._use_up(person)
        self.passes.pop(person, None)
        self.away.pop(person, None)
        self.check()

    def buy(self, person):
        self.door.insist(lambda: self.line.release(person))
        self.passes.pop(person, None)
        self.check()

    def come_back(self, person):
        """Show what one's browser keeps: the pass, else the proof of one's place."""
        if self.passes.get(person, 0) > self.clock.now:
            told = self.door.insist(lambda: self.line.readmit(person, epoch=self.door.epoch))
            assert told.state is State.ENTERED
            self._use_up(person)
            self.away.pop(person, None)
            self._note_standing(person, told)
        elif proof := self.away.pop(person, None):
            told = self.door.insist(lambda: self._restore(person, proof))
            if person not in self.waiting or proof.number < self.waiting[person]:
                self.waiting[person] = proof.number
                self.frontier = min(self.frontier, proof.number - 1)
                self.ahead.clear()
            assert told.number == self.waiting[person]
            self._note_standing(person, told)
        self.check()

    def replay(self, person):
        """Show the proof of a place that is over; unless they stand anew, it is worth nothing."""
        if (proof := self.used.get(person)) is None or person in self.waiting:
            return
        if person in self.passes:
            return
        try:
            told = self.door.insist(lambda: self._restore(person, proof))
        except Void:
            return
        raise AssertionError(f"{person} came back as {told}")

    # What operators and workers do.

    def configure(self, **changes):
        self.door.configure(**changes)
        self.check()

    def admit(self, number):
        tick = self.door.insist(lambda: self.line.admit(number))
        self._note_called([tick])
        self.check()

    def clear(self):
        self.door.epoch += 1
        self.door.begin()
        for people in (self.waiting, self.away, self.passes, self.used, self.ahead):
            people.clear()
        self.check()

    def tick(self, stock=-1):
        tick = self.door.insist(lambda: self.line.tick(stock=stock))
        assert not (tick.called and stock == 0)
        self._note_tick([tick])
        self.check()

    def tick_together(self):
        """Tick from several threads at once."""
        with ThreadPoolExecutor(TICKERS) as pool:
            ticks = pool.map(lambda _: self.door.insist(self.line.tick), range(TICKERS))
            self._note_tick(list(ticks))
        self.check()

    def live_on(self, seconds, alive):
        """Tick every five seconds, while some are heard of."""
        for _ in range(0, seconds, 5):
            self.clock.go(5 * SECOND)
            for person in alive:
                if person in self.waiting or person in self.passes:
                    self.beat(person)
            self.tick()

    def lose_redis(self):
        self.door.lose_redis()
        proofs = {who: Proof(number, self.door.epoch) for who, number in self.waiting.items()}
        self.away = {**proofs, **self.away}
        self.waiting.clear()
        self.used.clear()
        self.let_in.clear()
        self.ahead.clear()
        self.frontier = 0
        self.called_after = self.clock.now + self.door.settings.recovery_ms

    def restart_redis(self):
        """Have Redis come back with its memory, which might lack the last second."""
        if self.redis.exists(self.line.keys[0]):
            self.redis.hset(self.line.keys[0], "run", "another")
            self.clock.go(RESTART)

    # What must be true.

    def check(self):
        """See that those who wait stand once, in order, and no farther from the front."""
        room = self.door.insist(self.line.room)
        standing = self.redis.zrange(self.line.keys[1], 0, -1, withscores=True)
        inside = set(self.redis.zrange(self.line.keys[3], 0, -1))
        here = {person.decode(): int(number) for person, number in standing}
        assert not inside & {person for person, _ in standing}
        for person in set(self.waiting) - set(here):
            assert self.good_until[person] <= self.clock.now, f"{person} is lost"
            self._use_up(person)
        assert here == self.waiting
        assert len(set(here.values())) == len(here)
        for rank, person in enumerate(sorted(here, key=here.__getitem__)):
            assert rank <= self.ahead.get(person, rank), f"{person} was overtaken"
            self.ahead[person] = rank
        assert room.frontier >= self.frontier
        assert all(number > room.frontier for number in here.values())
        self.frontier = room.frontier

    def run_dry(self):
        """Let everybody come back and in: who waits is called, once, by number."""
        for person in [*self.away, *self.passes]:
            self.come_back(person)
        self.configure(mode="on", threshold=0, rate=100_000)
        self.tick()
        self.clock.go(self.door.settings.recovery_ms)
        self.configure(threshold=1000)
        for person in list(self.waiting):
            self.beat(person)
        order = sorted(self.waiting, key=self.waiting.__getitem__)
        with ThreadPoolExecutor(TICKERS) as pool:
            ticks = list(pool.map(lambda _: self.line.tick(), range(TICKERS)))
        assert [one.person for tick in ticks for one in tick.called] == order

    def _restore(self, person, proof):
        return self.line.restore(person, number=proof.number, epoch=proof.epoch)

    def _note_number(self, person, number):
        if self.waiting.get(person) == number:
            return
        assert person not in self.waiting, f"{person} has two places"
        assert number not in self.given, f"{number} was given before"
        assert number > max(self.given, default=0)
        self.given[number] = person
        self.waiting[person] = number
        self.ahead.pop(person, None)
        self.used.pop(person, None)

    def _note_standing(self, person, told):
        settings = self.door.settings
        if told.state is State.WAITING:
            patient = person.startswith("u")
            grace = settings.grace_signed_in_ms if patient else settings.grace_ms
            self.good_until[person] = self.clock.now + grace
        elif told.state in INSIDE:
            self.passes[person] = self.clock.now + settings.pass_ms

    def _note_tick(self, ticks):
        called = sum(len(tick.called) for tick in ticks)
        if called:
            assert self.clock.now >= self.called_after
            assert self.door.settings.mode in ("automatic", "on", "drain")
            assert ticks[-1].room.active <= self.door.settings.threshold
            self._note_let_in(called, ticks[-1].room)
        self._note_called(ticks)
        for person in list(self.passes):
            if self.line.look(person).revoked:
                del self.passes[person]

    def _note_called(self, ticks):
        numbers = {}
        for tick in ticks:
            inside = [one.number for one in tick.called]
            assert inside == sorted(inside)
            for one in tick.called:
                assert self.waiting[one.person] == one.number
                assert one.person not in numbers, f"{one.person} was called twice"
                numbers[one.person] = one.number
                self.passes[one.person] = self.clock.now + self.door.settings.pass_ms
        for person in numbers:
            self._use_up(person)
        line = {p: n for p, n in self.waiting.items() if self.line.look(p).number == n}
        assert max(numbers.values(), default=0) < min(line.values(), default=float("inf"))

    def _note_let_in(self, number, room):
        self.let_in.append((self.clock.now, number))
        recent = sum(n for at, n in self.let_in if at > self.clock.now - MINUTE)
        assert recent <= room.effective_rate

    def _use_up(self, person):
        if (number := self.waiting.pop(person, None)) is not None:
            self.used[person] = Proof(number, self.door.epoch)
            self.ahead.pop(person, None)
