"""Where scenes are played: the people, the seats, the clock and the connection that watches."""

import functools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.models import User
from tests.builders import a_seated_event, a_user
from tests.interleaving.buyers import Buyer, unwatch_connections, watch_connections
from tests.interleaving.exploring import Independent
from tests.interleaving.gates import SOURCE, gated, plain
from tests.interleaving.ground import Ground, broken_rules
from tests.interleaving.judging import Judge, State, Turn, named
from tests.interleaving.scenes import FRESH, HOLD, PASSED, TIME, Me, Part, Scene
from tests.interleaving.scheduler import Run, Scheduler
from tests.interleaving.steps import independent
from ticketing.plans import layout_of
from ticketing.seating.samples import make_plain_hall

NAMES = ("alice", "bob", "carol", "worker", "other")
NUMBERS = ("1st", "2nd", "time")


@dataclass
class Report:
    """What came of all orders of a scene."""

    scene: str
    orders: int = 0
    cut: int = 0  # begun, and left because they had been seen in another order
    steps: int = 0  # of the longest
    deadlocks: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    seen: set[Any] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.scene:32} {self.orders:6} orders {self.cut:6} cut {self.steps:4} steps"
            f" {len(self.seen):3} outcomes {self.verdicts['turned away']:5} turned away"
            f" {len(self.wrong):3} wrong {self.deadlocks:2} deadlocks {self.seconds:6.1f} s"
        )


class Theatre:
    """Plays scenes over six seats in a row."""

    def __init__(self) -> None:
        self._own = connection.copy("default")
        self._own.ensure_connection()
        self.ground = Ground(self._own.connection)
        self.ground.make()
        watch_connections()
        connection.close()
        self.plan = make_plain_hall(6)
        self.event = a_seated_event(self.plan, limit=4, hold_minutes=HOLD // 60)
        self.users: dict[str, User] = {name: a_user(name) for name in NAMES}
        self.tabs = [Buyer(f"tab {number}") for number in (1, 2)]
        self.ground.keep("blank")
        self.scheduler = Scheduler(self._own.connection)

    def close(self) -> None:
        self.scheduler.release_all(self.tabs)
        for tab in self.tabs:
            tab.dismiss()
        unwatch_connections()
        self.ground.remove()
        self._own.close()
        connection.close()

    def explore(
        self,
        scene: Scene,
        *,
        source: str = SOURCE,
        commute: Independent = independent,
        until_wrong: bool = False,
    ) -> Report:
        """Play every order of the steps of `scene`, and judge each."""
        report, began = Report(scene.name), time.monotonic()
        for run, state in self._runs(scene, source, commute):
            report.cut += run.cut
            if run.cut:
                continue
            report.orders += 1
            report.steps = max(report.steps, len(run.steps))
            report.deadlocks += run.deadlocks
            self._note(report, run, state)
            if until_wrong and report.wrong:
                break
        report.seconds = time.monotonic() - began
        return report

    def _runs(self, scene: Scene, source: str, commute: Independent) -> Any:
        function = (gated if scene.fine else plain)(source)
        self.ground.install(function)
        self.scheduler.function = function
        self._make_start(scene)
        self.judge = Judge(
            [len(part.does) for part in scene.parts], functools.partial(self._in_turn, scene)
        )
        cast = [part for part in scene.parts if part is not TIME]
        mes: list[Me] = []

        def begin() -> None:
            self.ground.back_to("start", seconds=scene.starts)
            mes[:] = self._mes(cast)
            layout_of(self.event.pk)  # kept in memory, and forgotten by who was too late

        parts = [
            (tab, [functools.partial(_do, mes, place, one) for one in part.does])
            for place, (tab, part) in enumerate(zip(self.tabs, cast, strict=True))
        ]
        pass_time = functools.partial(self.ground.set_clock, PASSED)
        for run in self.scheduler.orders(
            parts,
            begin=begin,
            independent=commute,
            pass_time=pass_time if TIME in scene.parts else None,
        ):
            yield run, self.ground.state()

    def _note(self, report: Report, run: Run, state: State) -> None:
        broken = broken_rules()
        timed = len(self.judge.lengths) > len(run.outcomes)
        outcomes = [*run.outcomes, ["time"]] if timed else run.outcomes
        said = [list(map(named, one)) for one in outcomes]
        verdict = self.judge.judge(outcomes, state)
        report.verdicts[verdict] += 1
        report.seen.add((repr(said), repr(state)))
        if broken or verdict == "wrong" or run.deadlocks:
            came = f"{said} {state} {broken}"
            steps = [f"{NUMBERS[who]}: {text}" for who, text in run.steps]
            report.wrong.append("\n  ".join([came, *steps, *self.judge.allowed()]))

    def _make_start(self, scene: Scene) -> None:
        self.ground.back_to("blank", seconds=FRESH)
        self.reservations: dict[str, Any] = {}
        for name, does in scene.before.items():
            me = self._me(name)
            does(me)
            self.reservations[name] = me.reservation
        self.ground.keep("start")

    def _in_turn(
        self, scene: Scene, order: Sequence[Turn]
    ) -> tuple[Sequence[Sequence[Any]], State]:
        """Play whole operations one after the other."""
        self.ground.back_to("start", seconds=scene.starts)
        mes = self._mes(scene.parts)
        outcomes: list[list[Any]] = [[] for _part in scene.parts]
        for part, place in order:
            if scene.parts[part] is TIME:
                self.ground.set_clock(PASSED)
                outcomes[part].append("time")
                continue
            try:
                outcomes[part].append(scene.parts[part].does[place](mes[part]))
            except Exception as error:
                outcomes[part].append(error)
        return outcomes, self.ground.state()

    def _mes(self, parts: Sequence[Part]) -> list[Me]:
        return [self._me(part.who) for part in parts]

    def _me(self, name: str) -> Me:
        user = self.users.get(name, self.users["worker"])
        return Me(user, self.event, self.plan, getattr(self, "reservations", {}).get(name))


def _do(mes: list[Me], place: int, operation: Any) -> str:
    said: str = operation(mes[place])
    return said
