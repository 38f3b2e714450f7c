"""Scenes: who does what with whose seats, while time may run out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from ticketing.models import Event
from ticketing.seating.plan import Plan
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.ending import cancel_reservation, expire_holds
from ticketing.services.paying import confirm_reservation
from ticketing.services.prolonging import prolong_hold
from ticketing.services.seating import block_seats

HOLD = 600  # seconds: what the event gives to choose and to pay
FRESH, ENDING, OVER = 0, HOLD - 60, HOLD + 60  # what the clock says when a run begins
PASSED = OVER + 1


@dataclass
class Me:
    """One person at one tab: who it is, and the reservation that this tab knows of."""

    user: User
    event: Event
    plan: Plan
    reservation: Any = None


Operation = Callable[[Me], str]


@dataclass(frozen=True)
class Part:
    """What one tab does, one after the other; `who` is a name, and `time` is nobody."""

    who: str
    does: tuple[Operation, ...]


@dataclass(frozen=True)
class Scene:
    """Parts that are played at once, from a start that `before` makes.

    `fine` stops inside of `ticketing_select`, too.
    """

    name: str
    parts: tuple[Part, ...]
    before: Mapping[str, Operation] = field(default_factory=dict)
    starts: int = FRESH
    fine: bool = False


def pick(*numbers: int) -> Operation:
    def picked(me: Me) -> str:
        wish = Wish(me.user.pk, me.event.pk, picks=_keys(me, numbers))
        made = change_selection(wish)
        assert made is not None, "picked, not refused, and has nothing"
        return _chosen(me, made)

    return picked


def drop(*numbers: int) -> Operation:
    def dropped(me: Me) -> str:
        wish = Wish(me.user.pk, me.event.pk, drops=_keys(me, numbers))
        return _chosen(me, change_selection(wish))

    return dropped


def confirm(me: Me) -> str:
    if me.reservation is None:
        return "nothing to pay"
    confirm_reservation(
        reservation_id=me.reservation, user_id=me.user.pk, provider="sandbox", details={}
    )
    return "paid"


def cancel(me: Me) -> str:
    if me.reservation is None:
        return "nothing to cancel"
    cancel_reservation(reservation_id=me.reservation, user_id=me.user.pk)
    return "cancelled"


def prolong(me: Me) -> str:
    if me.reservation is None:
        return "nothing to prolong"
    prolong_hold(reservation_id=me.reservation, user_id=me.user.pk)
    return "prolonged"


def sweep(me: Me) -> str:
    expire_holds()
    return "swept"


def block(*numbers: int) -> Operation:
    def blocked(me: Me) -> str:
        block_seats(event_id=me.event.pk, seats=_keys(me, numbers), reason="Press")
        return "blocked"

    return blocked


def pass_time(me: Me) -> str:
    raise AssertionError("The scheduler itself lets time pass.")


TIME = Part("time", (pass_time,))


def _keys(me: Me, numbers: Sequence[int]) -> list[str]:
    return [me.plan.places[number].key for number in numbers]


def _chosen(me: Me, selection: Any) -> str:
    if selection is None:
        me.reservation = None
        return "has nothing"
    me.reservation = selection.id
    return f"has {[seat.number for seat in selection.seats]}"


def _bought(me: Me) -> str:
    pick(0, 1)(me)
    return confirm(me)


def _parts(first: tuple[Any, ...], second: tuple[Any, ...], *more: Part) -> tuple[Part, ...]:
    return (Part(first[0], first[1:]), Part(second[0], second[1:]), *more)


HELD = {"alice": pick(0, 1)}
BOB = ("bob", pick(0, 1))
SWEEP = ("worker", sweep)

# Two picks at once, stopped inside of the claim as well.
PICKS = [
    Scene("the same seat", _parts(("alice", pick(0)), ("bob", pick(0))), fine=True),
    Scene("neighbours", _parts(("alice", pick(0)), ("bob", pick(1))), fine=True),
    Scene("one seat between", _parts(("alice", pick(0)), ("bob", pick(2))), fine=True),
    Scene("overlapping pairs", _parts(("alice", pick(0, 1)), ("bob", pick(1, 2))), fine=True),
    Scene("pairs apart", _parts(("alice", pick(0, 1)), ("bob", pick(4, 5))), fine=True),
    Scene("release · hold", _parts(("alice", drop(0, 1)), BOB), HELD, fine=True),
]
TABS = [
    Scene("first picks", _parts(("alice", pick(0)), ("alice", pick(5))), fine=True),
    Scene("one seat", _parts(("alice", pick(2)), ("alice", pick(2))), HELD, fine=True),
    Scene("two seats", _parts(("alice", pick(2)), ("alice", pick(3))), HELD, fine=True),
    Scene("over the limit", _parts(("alice", pick(2, 3)), ("alice", pick(4, 5))), HELD, fine=True),
    Scene("pick · release", _parts(("alice", pick(2)), ("alice", drop(0, 1))), HELD, fine=True),
    Scene("pick · cancel", _parts(("alice", pick(2)), ("alice", cancel)), HELD),
    Scene("pick · prolong", _parts(("alice", pick(2)), ("alice", prolong)), HELD),
    Scene("prolong · cancel", _parts(("alice", prolong), ("alice", cancel)), HELD),
    Scene("prolong · prolong", _parts(("alice", prolong), ("alice", prolong)), HELD),
    Scene("cancel · cancel", _parts(("alice", cancel), ("alice", cancel)), HELD),
]
LIVES = [
    Scene("hold, release · hold", _parts(("alice", pick(0, 1), drop(0, 1)), BOB)),
    Scene("release one · hold it", _parts(("alice", drop(1)), ("bob", pick(1))), HELD),
    Scene("cancel · hold", _parts(("alice", cancel), BOB), HELD),
    Scene("hold, cancel · hold", _parts(("alice", pick(0, 1), cancel), BOB)),
    Scene("block · hold", _parts(("alice", block(0, 1)), BOB)),
    Scene("refund · hold", _parts(("alice", cancel), BOB), {"alice": _bought}),
]
OVERDUE = [
    Scene("take over · sweep", _parts(BOB, SWEEP), HELD, OVER),
    Scene("take over · take over", _parts(BOB, ("carol", pick(1, 2))), HELD, OVER),
    Scene("take over · late payment", _parts(BOB, ("alice", confirm)), HELD, OVER),
    Scene("take over · late prolonging", _parts(BOB, ("alice", prolong)), HELD, OVER),
    Scene("take over · cancel", _parts(BOB, ("alice", cancel)), HELD, OVER),
    Scene("take over · hold again", _parts(BOB, ("alice", pick(0, 1))), HELD, OVER),
    Scene("sweep · sweep", _parts(SWEEP, ("other", sweep)), HELD, OVER),
]
UNEASY = [  # each has found a fault once
    Scene(
        "hold, release · hold beside",
        _parts(("alice", pick(0, 1), drop(0, 1)), ("bob", pick(1, 2), drop(1, 2))),
    ),
    Scene("hold again · sweep", _parts(("alice", pick(0, 1)), SWEEP), HELD, OVER),
]
PAYING = [
    Scene("confirm · release", _parts(("alice", confirm), ("alice", drop(1))), HELD),
    Scene("confirm · confirm", _parts(("alice", confirm), ("alice", confirm)), HELD),
    Scene("confirm · pick", _parts(("alice", confirm), ("alice", pick(2))), HELD),
    Scene("confirm · cancel", _parts(("alice", confirm), ("alice", cancel)), HELD),
    Scene("confirm · hold", _parts(("alice", confirm), BOB), HELD),
    Scene("hold, confirm · hold", _parts(("alice", pick(0, 1), confirm), BOB)),
    Scene(
        "hold, confirm · hold beside", _parts(("alice", pick(0, 1), confirm), ("bob", pick(1, 2)))
    ),
]
# A hold whose time runs out meanwhile, at any moment.
ENDINGS = [
    Scene("cancel · sweep", _parts(("alice", cancel), SWEEP, TIME), HELD, ENDING),
    Scene("prolong · sweep", _parts(("alice", prolong), SWEEP, TIME), HELD, ENDING),
    Scene("prolong · take over", _parts(("alice", prolong), BOB, TIME), HELD, ENDING),
    Scene("release · take over", _parts(("alice", drop(0, 1)), BOB, TIME), HELD, ENDING),
    Scene("pick · sweep", _parts(("alice", pick(2)), SWEEP, TIME), HELD, ENDING, fine=True),
    Scene("confirm · sweep", _parts(("alice", confirm), SWEEP, TIME), HELD, ENDING),
    Scene("confirm · take over", _parts(("alice", confirm), BOB, TIME), HELD, ENDING),
]
EVERY = [*PICKS, *TABS, *LIVES, *OVERDUE, *UNEASY, *PAYING, *ENDINGS]


def scene(name: str) -> Scene:
    [found] = [one for one in EVERY if one.name == name]
    return found
