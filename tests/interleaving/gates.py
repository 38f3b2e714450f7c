"""A copy of `ticketing_select` that can be stopped before each of its statements.

It stands in a schema of its own, which the connections under test search first, so that the
real one stays as it is. The copy is made from the real text: a change there is a change here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ticketing
from tests.interleaving.steps import Step

SOURCE = (Path(ticketing.__file__).parent / "sql" / "0007_select.sql").read_text()
HEAD = "CREATE OR REPLACE FUNCTION ticketing_select("
BOUNDARY = re.compile(r"(?:;|\b(?:THEN|LOOP|BEGIN|ELSE))$")
STATEMENT = re.compile(r"\s*(?:PERFORM|SELECT|INSERT|UPDATE|DELETE|WITH|IF|RETURN)\b")
ASKS = re.compile(r"\bticketing_|\bpg_advisory|\baccounts_")
GATE = "PERFORM pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.pg_backend_pid(), {});\n"


@dataclass(frozen=True)
class Function:
    """A copy of the function, and the steps that begin at its gates (none for a plain copy)."""

    text: str
    first: Step
    gates: Mapping[int, Step]


def plain(source: str = SOURCE) -> Function:
    """Return the function as one step."""
    return Function(_placed(source), Step(source), {})


def gated(source: str = SOURCE) -> Function:
    """Return the function with a gate before each statement but the first."""
    lines, steps = [], []
    boundary = False
    begun = False
    body = source.splitlines(keepends=True)
    for place, line in enumerate(body):
        code = line.partition("--")[0].rstrip()
        if boundary and STATEMENT.match(code):
            text = _statement(body[place:])
            last = not any(ASKS.search(one) for one in body[place + 1 :]) or "'held'," in code
            if ASKS.search(text) or last:
                if steps:
                    lines.append(GATE.format(len(steps)))
                steps.append(Step(text))
        if code:
            boundary = bool(BOUNDARY.search(code)) and (begun or code == "BEGIN")
            begun = begun or code == "BEGIN"
        lines.append(line)
    return Function(_placed("".join(lines)), steps[0], dict(enumerate(steps[1:], start=1)))


def without(taken_out: str, instead: str = "", *, source: str = SOURCE) -> str:
    """Return the source with one thing taken out: a fault that must be found."""
    assert source.count(taken_out) == 1, f"not once in the function: {taken_out}"
    return source.replace(taken_out, instead)


def _statement(lines: list[str]) -> str:
    """Return the statement that `lines` begin with; of an IF, its condition."""
    text = ""
    for line in lines:
        code = line.partition("--")[0].rstrip()
        text += code + "\n"
        if code.endswith(";") or (text.lstrip().startswith("IF") and code.endswith("THEN")):
            break
    return text


def _placed(source: str) -> str:
    assert HEAD in source
    return source.replace(HEAD, "CREATE OR REPLACE FUNCTION interleaving.ticketing_select(")
