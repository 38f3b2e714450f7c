"""The door to the watchers: say what is now true, after the commit, and think no more of it.

A request never waits for Redis and never fails with it. What is lost on the way is healed by
the hubs, which read every watched topic anew each few seconds.
"""

import atexit
import os
from collections.abc import Iterable
from functools import partial

from django.db import transaction

from realtime import measures
from realtime.outbox import Outbox
from realtime.sealed import Sealed, seal
from realtime.topics import Change

_outbox = Outbox()


def publish(topic: str, changes: Iterable[Change]) -> None:
    """Tell the watchers of `topic` about `changes` once the transaction has committed."""
    sealed = [seal(change) for change in changes]
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        connection.on_commit(partial(_send, topic, sealed), robust=True)
    else:
        _send(topic, sealed)  # asking Django would open a connection, which Redis jobs do not need


def flush(timeout: float = 2.0) -> bool:
    """Wait until all that was published has been sent; False when `timeout` seconds went by."""
    return _outbox.flush(timeout)


def _send(topic: str, changes: Iterable[Sealed]) -> None:
    changes = list(changes)
    _outbox.put(topic, changes)
    measures.published.add(len(changes))


def _renew() -> None:
    global _outbox
    _outbox = Outbox()  # threads and locks do not survive a fork


os.register_at_fork(after_in_child=_renew)
atexit.register(flush)
