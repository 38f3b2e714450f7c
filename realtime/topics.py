"""Which topics there are. Each app registers its kinds in `<app>/live.py`."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from realtime.changes import JSON, Change
from realtime.dense import Cells, Dense
from realtime.errors import MayNotWatch, SignInFirst, UnknownTopic

__all__ = [
    "JSON",
    "Cells",
    "Change",
    "Dense",
    "TopicKind",
    "UnknownTopic",
    "Visit",
    "find",
    "register",
]

User: TypeAlias = AbstractBaseUser | AnonymousUser
Truth: TypeAlias = Sequence[Change] | Cells

NAME = re.compile(r"(?P<prefix>[a-z][a-z_]{0,31})(?:\.(?P<ident>[A-Za-z0-9_-]{1,64}))?")


class Visit(NamedTuple):
    """Who opened a socket: a user's id if somebody signed in, and the cookies of the handshake."""

    user_id: int | None
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TopicKind:
    """A family of topics, `<prefix>.<ident>` or, alone of its kind, `<prefix>`.

    `snapshots(idents)` reads the whole truth of many topics together, by ident; what is missing in
    the answer is unknown, also an ident that cannot be one. A kind of which few are watched may
    give `snapshot(ident)` instead, for one, which raises `UnknownTopic` where there is nothing.
    Both run in a thread and may query.
    `fragments(change)` renders the page's own fragments of one change, in the active language;
    each outermost element has an id and `hx-swap-oob="true"`.
    With `presence`, watchers are also told how many they are: kind `viewers_updated`, key
    `viewers.<topic>`, value `{"id": ident, "viewers": n}`.
    With `typing`, watchers may signal that they are typing or choosing, and are told how many do:
    kind `typing`, key `typing.<topic>`, value `{"id": ident, "typing": n}`.
    With `dense`, all keys are the cells of one string: `snapshots` gives `Cells`, and there are
    neither fragments nor presence nor typing.
    With `attended` and `name_of`, an open socket is a sign of life: `attended(ident, names)` is
    called with the names of some who watch soon after they came, and of all of them each 20
    seconds at least, by each process for its own sockets. Each name is there once, one call a topic
    goes on at a time, and none before the topic is known to exist. `name_of(visit)` is asked once
    for a socket; None attends nothing. Both run in threads and may query; what hangs in
    `attended` holds up the attendance of other topics, so it has to have timeouts of its own.
    """

    prefix: str
    snapshot: Callable[[str], Sequence[Change]] | None = None
    snapshots: Callable[[Collection[str]], Mapping[str, Truth]] | None = None
    public: bool = False
    may_watch: Callable[[User, str], bool] | None = None
    fragments: Callable[[Change], str | None] | None = None
    presence: bool = False
    typing: bool = False
    dense: Dense | None = None
    attended: Callable[[str, Collection[str]], None] | None = None
    name_of: Callable[[Visit], str | None] | None = None

    def __post_init__(self) -> None:
        """Refuse a kind of which nothing can be read, or that promises what it cannot hold."""
        if self.snapshot is None and self.snapshots is None:
            raise TypeError(f"the topics of {self.prefix} need snapshot or snapshots")
        counted = self.presence or self.typing
        if self.dense and (self.snapshots is None or self.fragments or counted):
            raise TypeError(f"the topics of {self.prefix} are dense: they have snapshots alone")
        if (self.attended is None) != (self.name_of is None):
            raise TypeError(f"the topics of {self.prefix} need attended and name_of, or neither")

    def read(self, idents: Collection[str]) -> Mapping[str, Truth]:
        """Read what is true now of each of `idents`, but for those that are unknown."""
        if self.snapshots is not None:
            return self.snapshots(idents)
        return _read_each(self.snapshot, idents)  # type: ignore[arg-type]  # there is one of them


def _read_each(
    snapshot: Callable[[str], Sequence[Change]], idents: Collection[str]
) -> dict[str, Sequence[Change]]:
    found: dict[str, Sequence[Change]] = {}
    for ident in idents:
        with suppress(UnknownTopic):
            found[ident] = snapshot(ident)
    return found


_kinds: dict[str, TopicKind] = {}


def register(kind: TopicKind) -> None:
    """Make topics of `kind` watchable; the last registration of a prefix counts."""
    _kinds[kind.prefix] = kind


def find(topic: str) -> tuple[TopicKind, str]:
    """Return the kind of `topic` and its ident; raise `UnknownTopic` where there is none."""
    name = NAME.fullmatch(topic)
    if name is None or (kind := _kinds.get(name["prefix"])) is None:
        raise UnknownTopic(topic=topic[:100])
    return kind, name["ident"] or ""


def take_snapshot(topic: str) -> Truth:
    """Read what is true of `topic` now."""
    kind, ident = find(topic)
    found = kind.read([ident])
    if ident not in found:
        raise UnknownTopic(topic=topic)
    return found[ident]


def check_right(topic: str, user: User) -> None:
    """Raise the refusal if `user` may not watch `topic`; this may query."""
    kind, ident = find(topic)
    if kind.public:
        return
    if not user.is_authenticated:
        raise SignInFirst(topic=topic)
    if kind.may_watch is None or not kind.may_watch(user, ident):
        raise MayNotWatch(topic=topic)
