"""People on threads and connections of their own, who stop before each statement they send."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

from tests.interleaving.steps import Effect, Step

SEARCH_PATH = "interleaving, public, pg_catalog"  # what stands in our schema goes first
PATIENT = "SET lock_timeout = 0; SET statement_timeout = 0; SET deadlock_timeout = '50ms'"
FINISHED = {TransactionStatus.IDLE, TransactionStatus.INERROR}  # locks are let go in both
CLAIM = "ticketing_select("
ENDINGS = {"_commit_gen": "COMMIT", "_rollback_gen": "ROLLBACK"}

_here = threading.local()


class Buyer:
    """Runs what it is given, one statement at a time, as often as it is let go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pid = 0
        self.step = Step("")  # the one before which it stands
        self.arrived = threading.Event()  # at its next step, or at the end
        self.done = True  # with what it was given
        self.idle = threading.Event()  # and ready for more
        self.touched: frozenset[str] = frozenset()  # by the transaction that is open
        self.ended: frozenset[str] = frozenset()  # by those that came to their end
        self.sqlstates: list[str] = []
        self.outcomes: list[Any] = []
        self._free = False
        self._go = threading.Semaphore(0)
        self._work: queue.SimpleQueue[Sequence[Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def begin(self, operations: Sequence[Callable[[], Any]], *, free: bool = False) -> None:
        """Do these, one after the other; `free` stops before no statement."""
        self.step, self.done, self._free = Step(""), False, free
        self.touched, self.ended = frozenset(), frozenset()
        self.sqlstates, self.outcomes = [], []
        self._go = threading.Semaphore(0)
        self.arrived.clear()
        self.idle.clear()
        self._work.put(operations)

    def enter(self, step: Step) -> Effect:
        """Note which step it is about to take; return what that does."""
        self.step = step
        self.touched |= step.effect.locks
        return step.effect

    def let_go(self) -> None:
        self.arrived.clear()
        self._go.release()

    def take_end(self) -> Effect:
        """Return what the transactions published that came to their end since last asked."""
        ended, self.ended = self.ended, frozenset()
        return Effect(ends=ended)

    def run_free(self) -> None:
        """Do the rest without stopping."""
        self._free = True
        self._go.release()

    def dismiss(self) -> None:
        self._work.put(None)
        self._thread.join(10)

    def watch(self, raw: psycopg.Connection[Any]) -> None:
        """Stop before everything that is sent over this connection from now on."""
        real = raw.wait
        self.pid = raw.info.backend_pid

        def wait(generator: Any, *args: Any, **kwargs: Any) -> Any:
            text = text_of(generator)
            if text is None:
                return real(generator, *args, **kwargs)
            self._stop(text)
            try:
                return real(generator, *args, **kwargs)
            except psycopg.Error as error:
                self.sqlstates.append(error.sqlstate or "")
                raise
            finally:
                if raw.closed or raw.info.transaction_status in FINISHED:
                    self.ended = self.ended | self.touched
                    self.touched = frozenset()

        raw.wait = wait  # type: ignore[method-assign]

    def _stop(self, text: str) -> None:
        step = Step(text)
        if self._free or not self._matters(step):
            return
        self.step = step
        self.arrived.set()
        self._go.acquire()

    def _matters(self, step: Step) -> bool:
        """Tell whether anybody could notice when this step is taken."""
        if step.text in ENDINGS.values():
            return bool(self.touched)
        return bool(step.tables) or CLAIM in step.text

    def _live(self) -> None:
        _here.buyer = self
        try:
            connection.ensure_connection()
            while (operations := self._work.get()) is not None:
                for operation in operations:
                    self.outcomes.append(_outcome(operation))
                self.done = True
                self.arrived.set()
                self.idle.set()
        finally:
            self._free = True
            connections.close_all()


def text_of(generator: Any) -> str | None:
    """Return what a connection is about to send, None where it is no step of anything.

    Every way of asking PostgreSQL, Django's and our own, ends in psycopg's generators, and only
    they know the statement by then.
    """
    name = generator.gi_code.co_name
    if name in ENDINGS:
        return ENDINGS[name]
    if name != "_execute_gen":
        return None
    query = generator.gi_frame.f_locals["query"]
    return query.decode() if isinstance(query, bytes) else str(query)


def _outcome(operation: Callable[[], Any]) -> Any:
    try:
        return operation()
    except Exception as error:
        return error


def _connected(*, connection: Any, **_: Any) -> None:
    raw = connection.connection
    with psycopg.Cursor(raw) as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [SEARCH_PATH])
    buyer = getattr(_here, "buyer", None)
    if buyer is not None:
        with psycopg.Cursor(raw) as cursor:
            cursor.execute(PATIENT)
        buyer.watch(raw)


def watch_connections() -> None:
    connection_created.connect(_connected, dispatch_uid="interleaving")


def unwatch_connections() -> None:
    connection_created.disconnect(dispatch_uid="interleaving")
