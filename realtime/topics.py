"""Which topics there are. Each app registers its kinds in `<app>/live.py`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from realtime.errors import MayNotWatch, SignInFirst, UnknownTopic

__all__ = ["JSON", "Change", "TopicKind", "UnknownTopic", "find", "register"]

JSON: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None
User: TypeAlias = AbstractBaseUser | AnonymousUser

NAME = re.compile(r"(?P<prefix>[a-z][a-z_]{0,31})(?:\.(?P<ident>[A-Za-z0-9_-]{1,64}))?")


@dataclass(frozen=True, slots=True)
class Change:
    """What is now true of `key`: whole, and the same for every watcher.

    `version` comes from the row, so it follows commit order; an older one is dropped.
    """

    key: str
    kind: str
    version: int
    value: JSON


@dataclass(frozen=True, slots=True)
class TopicKind:
    """A family of topics, `<prefix>.<ident>` or, alone of its kind, `<prefix>`.

    `snapshot(ident)` reads the whole truth and raises `UnknownTopic` where there is nothing,
    also for an ident that cannot be one; it runs in a thread and may query.
    `fragments(change)` renders the page's own fragments of one change, in the active language;
    each outermost element has an id and `hx-swap-oob="true"`.
    With `presence`, watchers are also told how many they are: kind `viewers_updated`, key
    `viewers.<topic>`, value `{"id": ident, "viewers": n}`.
    """

    prefix: str
    snapshot: Callable[[str], Sequence[Change]]
    public: bool = False
    may_watch: Callable[[User, str], bool] | None = None
    fragments: Callable[[Change], str | None] | None = None
    presence: bool = False


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


def take_snapshot(topic: str) -> Sequence[Change]:
    """Read what is true of `topic` now."""
    kind, ident = find(topic)
    try:
        return kind.snapshot(ident)
    except UnknownTopic:
        raise UnknownTopic(topic=topic) from None


def check_right(topic: str, user: User) -> None:
    """Raise the refusal if `user` may not watch `topic`; this may query."""
    kind, ident = find(topic)
    if kind.public:
        return
    if not user.is_authenticated:
        raise SignInFirst(topic=topic)
    if kind.may_watch is None or not kind.may_watch(user, ident):
        raise MayNotWatch(topic=topic)
