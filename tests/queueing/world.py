"""All that people, operators, workers and Redis may do to a line, beside what must be true."""

from concurrent.futures import ThreadPoolExecutor

from queueing.line import Counts, State, Void
from tests.queueing.lines import SECOND, change_state
from tests.queueing.truths import ACTIVE, INSIDE, Proof, Truths

TICKERS = 5
RESTART = 20  # ms that it takes at least
PLENTY = 10**6


class World(Truths):
    """A line and what is done to it."""

    # What people do.

    def join(self, *people):
        for person in people:
            self._join(person)
        self.check()

    def _join(self, person):
        told = self.door.join(person)
        if told.state is State.WAITING:
            self._note_number(person, told.number)
        elif told.state is State.EARLY:
            self._note_ticket(person, told.number)
        elif told.state is State.ENTERED and person not in self.passes:
            assert told.room.active <= told.room.threshold
            assert not self.waiting
            assert not self.early
            self._note_let_in(1, told.room)
        self._note_standing(person, told)

    def beat(self, *people):
        for person in people:
            told = self.door.insist(lambda who=person: self.line.beat(who))
            self._note_standing(person, told)
        self.check()

    def attend(self, people):
        self.door.insist(lambda: self.line.attend(people))
        for person in people:
            told = self.line.look(person)
            if told.state is not State.CALLED:
                self._note_standing(person, told)
        self.check()

    def leave(self, person):
        told = self.door.insist(lambda: self.line.leave(person))
        assert told.state not in (State.WAITING, State.EARLY, *INSIDE)
        self._use_up(person)
        self.passes.pop(person, None)
        self.away.pop(person, None)
        self.check()

    def buy(self, person):
        self.door.insist(lambda: self.line.release(person))
        self.passes.pop(person, None)
        self.check()

    def sign_in(self, guest, user):
        """Go on as a user, with the better of two places; the guest's proof is worth nothing."""
        (inside,) = self._standing(ACTIVE)
        places = {**self.waiting, **self.early}
        best = min(places.get(guest, PLENTY), places.get(user, PLENTY))
        told = self.door.insist(lambda: self.line.rename(guest, user))
        if guest in inside or user in inside:
            assert told.state is State.ENTERED
        elif best < PLENTY:
            assert told.number == best
        for person in (guest, user):
            self._use_up(person)
            self.passes.pop(person, None)
        if told.state is State.EARLY:
            self.early[user] = told.number
        elif told.number is not None and told.state not in INSIDE:
            self.waiting[user] = told.number
        self.away.pop(guest, None)
        self.ahead.clear()
        self._note_standing(user, told)
        self.check()

    def come_back(self, *people):
        """Show what one's browser keeps: the pass, else the proof of one's place."""
        for person in people:
            self._come_back(person)
        self.check()

    def _come_back(self, person):
        if self.passes.get(person, 0) > self.clock.now:
            told = self.door.insist(lambda: self.line.readmit(person, epoch=self.door.epoch))
            assert told.state is State.ENTERED
            self._use_up(person)
            self.away.pop(person, None)
            self._note_standing(person, told)
        elif proof := self.away.pop(person, None):
            self._come_back_by(person, proof)

    def replay(self, person):
        """Show the proof of a place that is over; unless they stand anew, it is worth nothing."""
        stand = {*self.waiting, *self.early, *self.passes}
        if (proof := self.used.get(person)) is None or person in stand:
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

    def set_opening(self, seconds):
        """Say in how many seconds the line opens; in one that has drawn it stays as it was."""
        opens_at = 0 if seconds is None else self.clock.now + seconds * SECOND
        self.door.configure(opens_at=opens_at)
        self.check()

    def admit(self, number):
        tick = self.door.insist(lambda: self.line.admit(number))
        self._note_called([tick])
        self.check()

    def clear(self):
        self.door.clear()
        for people in (*(self.waiting, self.early, self.away, self.passes, self.used, self.ahead),):
            people.clear()
        self.check()

    def tick(self, stock=-1, holders=0):
        tick = self.door.insist(lambda: self.line.tick(stock=stock, holders=holders))
        self._note_tick([tick], limit=stock + holders if stock >= 0 else PLENTY)
        self.check()

    def tick_together(self):
        """Tick from several threads at once."""
        with ThreadPoolExecutor(TICKERS) as pool:
            ticks = pool.map(lambda _: self.door.insist(self.line.tick), range(TICKERS))
            self._note_tick(list(ticks), limit=PLENTY)
        self.check()

    def draw_together(self, count):
        """Draw for so many at once, each worker for the same."""
        self.tick()
        if not self.door.insist(self.line.room).drawing:
            return
        some = self.door.drawn_by(count)
        with ThreadPoolExecutor(TICKERS) as pool:
            list(pool.map(lambda _: self.line.draw(some), range(TICKERS)))
        self._note_drawn()
        self.check()

    def live_on(self, seconds, alive):
        """Tick every five seconds, while some are heard of."""
        for _ in range(0, seconds, 5):
            self.clock.go(5 * SECOND)
            self.beat(*alive & {*self.waiting, *self.early, *self.passes})
            self.tick()

    def lose_redis(self):
        self.door.lose_redis()
        proofs = {who: Proof(number, self.door.epoch) for who, number in self.waiting.items()}
        for who, ticket in self.early.items():
            proofs[who] = Proof(ticket, self.door.epoch, early=True)
        self.away = {**proofs, **self.away}
        for people in (self.waiting, self.early, self.used, self.let_in, self.ahead):
            people.clear()
        self.frontier = 0
        self.told = Counts()
        self.called_after = self.clock.now + self.door.settings.recovery_ms

    def restart_redis(self):
        """Have Redis come back with its memory, which might lack the last second."""
        if self.redis.exists(self.line.keys[0]):
            change_state(self.line, self.redis, run="another")
            self.clock.go(RESTART)

    def run_dry(self):
        """Let everybody come back and in: who waits is called, once, by number."""
        self.come_back(*self.away, *self.passes)
        self.configure(mode="on", threshold=0, rate=100_000, opens_at=0)
        self.draw_together(1000)
        assert not self.early
        self.clock.go(self.door.settings.recovery_ms)
        self.configure(threshold=1000)
        self.beat(*self.waiting)
        order = sorted(self.waiting, key=self.waiting.__getitem__)
        with ThreadPoolExecutor(TICKERS) as pool:
            ticks = list(pool.map(lambda _: self.line.tick(), range(TICKERS)))
        ticks.sort(key=lambda tick: tick.room.version)
        assert [one.person for tick in ticks for one in tick.called] == order

    def _come_back_by(self, person, proof):
        stood = {**self.waiting, **self.early}.get(person)
        told = self.door.insist(lambda: self._restore(person, proof))
        if told.number != stood:
            self.early.pop(person, None)
            self.waiting.pop(person, None)
            self.ahead.clear()
        if told.state is State.EARLY:
            assert proof.early
            self.early[person] = min(proof.number, stood or PLENTY)
            assert told.number == self.early[person]
        else:
            drawn = proof.early and self.door.drawn
            number = self.door.place_of(proof.number) if drawn else proof.number
            assert told.number == min(number, stood or PLENTY)
            self.waiting[person] = told.number
            self.frontier = min(self.frontier, told.number - 1)
        self._note_standing(person, told)

    def _restore(self, person, proof):
        number, epoch = proof.number, proof.epoch
        if not proof.early:
            return self.line.restore(person, number=number, epoch=epoch)
        if not self.door.drawn:
            return self.line.restore(person, number=number, epoch=epoch, early=True)
        drawn = self.door.place_of(number)
        return self.line.restore(person, number=drawn, epoch=epoch, ticket=number)
