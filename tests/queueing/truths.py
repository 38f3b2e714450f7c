"""What must be true of a line whatever happens: told step by step, checked after each."""

from dataclasses import dataclass

from queueing.line import Counts, State
from tests.queueing.lines import MINUTE, open_door

INSIDE = (State.CALLED, State.ENTERED)
LINE, ACTIVE, GONE, EARLY = 1, 3, 6, 8  # keys


@dataclass(frozen=True)
class Proof:
    """What somebody's browser keeps."""

    number: int
    epoch: int
    early: bool = False


class Truths:
    """A line, what people have been told of it, and the checks."""

    def __init__(self, redis):
        self.redis = redis
        self.door = open_door(redis, threshold=3, rate=60)
        self.line, self.clock = self.door.line, self.door.clock
        self.given = {}  # number → who it was given to
        self.waiting = {}  # person → number
        self.early = {}  # person → ticket
        self.away = {}  # person → the proof of a place that a loss has taken
        self.passes = {}  # person → until when their pass is good
        self.used = {}  # person → the proof of a place that is over, in this life of Redis
        self.good_until = {}  # person → when silence may cost them their place
        self.let_in = []  # (time, how many) since Redis knows
        self.ahead = {}
        self.frontier = 0
        self.called_after = 0
        self.told = Counts()  # what all ticks together have told since Redis knows

    def check(self):
        """See that those who wait stand once, in order, and no farther from the front."""
        room = self.door.insist(self.line.room)
        here, early, inside = self._standing(LINE, EARLY, ACTIVE)
        assert not {*inside} & {*here, *early}
        assert not {*here} & {*early}
        self._note_silent(here, early)
        assert here == self.waiting
        assert early == self.early
        assert len({*here.values(), *early.values()}) == len(here) + len(early)
        for rank, person in enumerate(sorted(here, key=here.__getitem__)):
            assert rank <= self.ahead.get(person, rank), f"{person} was overtaken"
            self.ahead[person] = rank
        self._check_figures(room, here, early, inside)

    def _check_figures(self, room, here, early, inside):
        assert (room.waiting, room.early, room.active) == (len(here), len(early), len(inside))
        assert room.frontier >= self.frontier
        assert all(number > room.frontier for number in here.values())
        assert not room.drawing or early
        self.frontier = room.frontier

    def _standing(self, *keys):
        """Return who stands where, with their scores."""
        with self.redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.zrange(self.line.keys[key], 0, -1, withscores=True)
            return [{who.decode(): int(score) for who, score in rows} for rows in pipe.execute()]

    def _note_silent(self, here, early):
        """Who is gone has been silent for too long."""
        for person in (set(self.waiting) | set(self.early)) - set(here) - set(early):
            assert self.good_until[person] <= self.clock.now, f"{person} is lost"
            self._use_up(person)

    def _note_number(self, person, number):
        if self.waiting.get(person) == number:
            return
        assert person not in self.waiting, f"{person} has two places"
        self._note_given(person, number)
        self.waiting[person] = number
        self.ahead.pop(person, None)

    def _note_ticket(self, person, ticket):
        if self.early.get(person) == ticket:
            return
        assert person not in self.early, f"{person} has two tickets"
        self._note_given(person, ticket)
        self.early[person] = ticket

    def _note_given(self, person, number):
        assert number not in self.given, f"{number} was given before"
        assert number > max(self.given, default=0)
        assert number > 2 * self.door.drawn
        self.given[number] = person
        self.used.pop(person, None)

    def _note_drawn(self):
        """Take in that early people have got the numbers of their tickets."""
        (early,) = self._standing(EARLY)
        for person in set(self.early) - set(early):
            number = self.door.place_of(self.early.pop(person))
            self.waiting[person] = number
        self.ahead.clear()

    def _note_standing(self, person, told):
        settings = self.door.settings
        if told.state in (State.WAITING, State.EARLY):
            patient = person.startswith("u")
            grace = settings.grace_signed_in_ms if patient else settings.grace_ms
            self.good_until[person] = self.clock.now + grace
        elif told.state in INSIDE:
            self.passes[person] = self.clock.now + settings.pass_ms

    def _note_tick(self, ticks, limit):
        called = sum(len(tick.called) for tick in ticks)
        newest = max((tick.room for tick in ticks), key=lambda room: room.version)
        if called:
            assert self.clock.now >= self.called_after
            assert self.clock.now >= self.door.settings.opens_at
            assert not newest.drawing
            assert self.door.settings.mode in ("automatic", "on", "drain")
            assert newest.active <= min(limit, self.door.settings.threshold)
            self._note_let_in(called, newest)
        self._note_called(ticks)
        self._note_deltas(ticks, newest)
        (gone,) = self._standing(GONE)
        for person in set(self.passes) & set(gone):
            del self.passes[person]

    def _note_deltas(self, ticks, room):
        told = [self.told, *(tick.deltas for tick in ticks)]
        self.told = Counts(*map(sum, zip(*told, strict=True)))
        left = room.left + room.evicted
        assert self.told == (room.joined, room.called, room.entered, left, room.no_shows)

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
        (line,) = self._standing(LINE)
        assert max(numbers.values(), default=0) < min(line.values(), default=float("inf"))

    def _note_let_in(self, number, room):
        self.let_in.append((self.clock.now, number))
        recent = sum(n for at, n in self.let_in if at > self.clock.now - MINUTE)
        assert recent <= room.effective_rate

    def _use_up(self, person):
        if (number := self.waiting.pop(person, None)) is not None:
            self.used[person] = Proof(number, self.door.epoch)
            self.ahead.pop(person, None)
        elif (ticket := self.early.pop(person, None)) is not None:
            self.used[person] = Proof(ticket, self.door.epoch, early=True)
