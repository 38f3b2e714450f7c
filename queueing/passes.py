"""The admission pass: the signed leave to buy, of one person at one event, for a short while.

Signature and time are all that reading one takes, so it is good without Redis.
"""

from dataclasses import dataclass

from queueing.errors import PassRefused
from queueing.proofs import read_facts, sign_facts

SALT = "queueing.pass"


@dataclass(frozen=True, slots=True)
class Pass:
    """`serial` tells the passes of a person apart; `until` is in milliseconds of the epoch."""

    event_id: int
    person: str
    epoch: int
    serial: int
    until: int


def sign_pass(admission: Pass) -> str:
    """Return `admission` as the text that its person carries."""
    facts = (admission.event_id, admission.person, admission.epoch)
    return sign_facts(*facts, admission.serial, admission.until, salt=SALT)


def read_pass(text: str, *, event_id: int, person: str, epoch: int, now: int) -> Pass:
    """Return the pass in `text` if it admits `person` to the event `now`; raise `PassRefused`.

    `now` is in milliseconds; a pass is over at the moment that it names.
    """
    found = _parse(text)
    if found.event_id != event_id:
        raise PassRefused("other_event")
    if found.person != person:
        raise PassRefused("other_person")
    if found.epoch != epoch:
        raise PassRefused("other_epoch")
    if found.until <= now:
        raise PassRefused("expired")
    return found


def _parse(text: str) -> Pass:
    try:
        event_id, person, epoch, serial, until = read_facts(text, salt=SALT)
        return Pass(int(event_id), person, int(epoch), int(serial), int(until))
    except ValueError as error:
        raise PassRefused("forged") from error
