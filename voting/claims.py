"""The hot statements: each is one round trip, and its answer says what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.db import DatabaseError, connection

CAST = "SELECT voting_cast(%s, %s, %s, %s, %s, %s)::text"
MERGE = "SELECT voting_merge_options(%s, %s, %s)::text"

ENDED_MEANWHILE = "JR005"


def cast(
    *, round_id: int, user_id: int, kind: str, target: int | None, day: date | None, wanted: bool
) -> dict[str, Any]:
    """Let one choice of one person be as `wanted`.

    Returns what `voting_cast` says: its `verdict` is `cast`, `retracted`, `unchanged` or the
    reason of a refusal. When a round ends while the vote waits, asks again for why.
    """
    values = (round_id, user_id, kind, target, day, wanted)
    try:
        said: dict[str, Any] = _ask(CAST, values)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != ENDED_MEANWHILE:
            raise
        said = _ask(CAST, values)
    return said


def merge_options(*, round_id: int, double: int, kept: int) -> dict[str, Any] | None:
    """Let the votes of a round for one place count for another; None where there are none."""
    merged: dict[str, Any] | None = _ask(MERGE, (round_id, double, kept))
    return merged


def _ask(statement: str, values: Sequence[Any]) -> Any:
    """Run `statement`, which returns JSON as text; orjson reads that faster than psycopg does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        [answer] = cursor.fetchone() or [None]
    return None if answer is None else orjson.loads(answer)
