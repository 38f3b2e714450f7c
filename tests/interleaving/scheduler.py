"""Lets people go, one step at a time.

A step is over when its connection wants to send the next statement, stands at a gate, or waits
for a lock that another one has; PostgreSQL tells the last two. Who waited for a lock goes on with
the step that gave it: what runs inside of the server at that moment, nobody can hold up.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.interleaving.buyers import CLAIM, Buyer
from tests.interleaving.exploring import Independent, Tree
from tests.interleaving.gates import plain
from tests.interleaving.steps import Effect

PATIENCE = 20  # seconds until a run that hangs is a failure
DEADLOCK = "40P01"

WAITING = """
SELECT l.pid, l.classid::bigint = l.pid AND l.objsubid = 2, l.objid::integer
  FROM pg_catalog.pg_locks l
 WHERE NOT l.granted AND l.pid = ANY (%(pids)s::integer[])
   AND (l.classid::bigint = l.pid AND l.objsubid = 2
        OR pg_catalog.pg_blocking_pids(l.pid) && %(pids)s::integer[])
"""

Does = Sequence[Callable[[], Any]]


@dataclass
class Run:
    """One order: who took which step, and what it came to."""

    steps: list[tuple[int, str]] = field(default_factory=list)
    cut: bool = False  # all that could follow had been seen in another order
    deadlocks: int = 0
    outcomes: list[list[Any]] = field(default_factory=list)


class Scheduler:
    """Plays parts together; `pass_time`, where there is one, is one more who takes a step."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self.function = plain()
        self._buyers: list[Buyer] = []
        self._at_gate: dict[int, int] = {}  # by the place of the buyer
        self._shut: dict[int, set[int]] = {}  # by process id: the gates that are shut

    def orders(
        self,
        parts: Sequence[tuple[Buyer, Does]],
        *,
        begin: Callable[[], None],
        independent: Independent,
        pass_time: Callable[[], None] | None = None,
    ) -> Iterator[Run]:
        """Yield a run for each order, each from the start that `begin` makes."""
        tree = Tree(independent)
        while True:
            begin()
            yield self._play(parts, tree, pass_time)
            if not tree.go_on():
                return

    def _play(
        self, parts: Sequence[tuple[Buyer, Does]], tree: Tree, pass_time: Callable[[], None] | None
    ) -> Run:
        run = Run()
        tree.begin()
        self._raise_curtain(parts)
        while ready := [*self._ready(), *([len(parts)] if pass_time else [])]:
            choice = tree.choose(ready)
            if choice is None:
                run.cut = True
                break
            if choice == len(parts) and pass_time:
                text, effect = "time passes", Effect(passes_time=True)
                pass_time()
                pass_time = None
            else:
                text, effect = self._take(choice)
            tree.took(text, effect)
            run.steps.append((choice, text))
        self._finish()
        run.deadlocks = sum(buyer.sqlstates.count(DEADLOCK) for buyer in self._buyers)
        run.outcomes = [list(buyer.outcomes) for buyer in self._buyers]
        return run

    def _raise_curtain(self, parts: Sequence[tuple[Buyer, Does]]) -> None:
        self._buyers = [buyer for buyer, _does in parts]
        self._at_gate.clear()
        for buyer, does in parts:
            buyer.begin(does)
        self._settle()

    def _stands(self, place: int) -> bool:
        return self._buyers[place].arrived.is_set() or place in self._at_gate

    def _ready(self) -> list[int]:
        """Return who can take a step; wait while all that are left wait for each other."""
        until = time.monotonic() + PATIENCE
        while True:
            left = [place for place, buyer in enumerate(self._buyers) if not buyer.done]
            ready = [place for place in left if self._stands(place)]
            if ready or not left:
                return ready
            assert time.monotonic() < until, "everybody waits for everybody"
            time.sleep(0.01)  # PostgreSQL ends a deadlock by itself
            self._settle()

    def _take(self, choice: int) -> tuple[str, Effect]:
        """Let one step be taken; return its text, and the effect of all that it set going."""
        buyer = self._buyers[choice]
        going_on = {
            place: one.step.effect  # what has waited for a lock may get it by this
            for place, one in enumerate(self._buyers)
            if not self._stands(place)
        }
        gate = self._at_gate.pop(choice, None)
        if gate is not None:
            step = self.function.gates[gate]
        else:
            step = self.function.first if CLAIM in buyer.step.text else buyer.step
        effect = buyer.enter(step)
        if gate is not None:
            self._open_gate(buyer.pid, gate)
        else:
            if step is self.function.first:
                self._shut_gates(buyer.pid)
            buyer.let_go()
        self._settle()
        effect |= buyer.take_end()
        for place, had in going_on.items():
            if self._stands(place):
                effect |= had | self._buyers[place].take_end()
        return " ".join(step.text.split())[:70], effect

    def _settle(self) -> None:
        """Wait until everyone stands: at a step, at a gate, at a lock, or at the end."""
        until = time.monotonic() + PATIENCE
        while True:
            moving = {
                buyer.pid: place
                for place, buyer in enumerate(self._buyers)
                if place not in self._at_gate and not buyer.arrived.wait(0.0005)
            }
            if not moving:
                return
            pids = [buyer.pid for buyer in self._buyers]
            found = self.raw.execute(WAITING, {"pids": pids}).fetchall()
            for pid, is_gate, gate in found:
                if is_gate and pid in moving:
                    self._at_gate[moving[pid]] = gate
            if {pid for pid, _is_gate, _gate in found} >= set(moving):
                return
            assert time.monotonic() < until, "somebody does not come to an end"

    def _shut_gates(self, pid: int) -> None:
        shut = self._shut.setdefault(pid, set())
        if missing := [gate for gate in self.function.gates if gate not in shut]:
            self.raw.execute(
                "SELECT pg_advisory_lock(%s, gate) FROM unnest(%s::integer[]) AS gate",
                [pid, missing],
            )
            shut.update(missing)

    def _open_gate(self, pid: int, gate: int) -> None:
        self.raw.execute("SELECT pg_advisory_unlock(%s, %s)", [pid, gate])
        self._shut[pid].discard(gate)

    def _finish(self) -> None:
        """Let everyone do the rest at once."""
        self.release_all(self._buyers)
        for buyer in self._buyers:
            assert buyer.idle.wait(PATIENCE), "somebody does not come to an end"

    def release_all(self, buyers: Sequence[Buyer]) -> None:
        """Stop nobody any longer."""
        for buyer in buyers:
            if not buyer.done:
                buyer.run_free()
        if self._shut:
            self.raw.execute("SELECT pg_advisory_unlock_all()")
            self._shut.clear()
