"""Who signed in, and whether those who watch private topics still are: asked for many at once."""

from collections.abc import Collection
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from accounts.models import Session


class Badge(NamedTuple):
    """By what somebody was let in: a session, or a ticket that named a user."""

    session: str = ""
    user_id: int = 0


def standings(badges: Collection[Badge]) -> dict[Badge, int]:
    """Return a fingerprint of the rights behind each badge; one that is worth nothing is left out.

    A sign-out deletes the session; a new password, a lock-out or another rank changes the print.
    """
    found: dict[Badge, int] = {}
    if keys := [badge.session for badge in badges if badge.session]:
        alive = _alive(keys)
        for key, *facts in alive.values_list("session_key", "user__password", "user__is_staff"):
            found[Badge(session=key)] = hash(tuple(facts))
    if ids := [badge.user_id for badge in badges if badge.user_id]:
        active = get_user_model().objects.filter(pk__in=ids, is_active=True)
        for user_id, *facts in active.values_list("pk", "password", "is_staff"):
            found[Badge(user_id=user_id)] = hash(tuple(facts))
    return found


def users_behind(badges: Collection[Badge]) -> dict[Badge, int]:
    """Return the id of the user behind each badge; one that is worth nothing is left out."""
    found = {badge: badge.user_id for badge in badges if badge.user_id}
    if keys := [badge.session for badge in badges if badge.session]:
        for key, user_id in _alive(keys).values_list("session_key", "user_id"):
            found[Badge(session=key)] = user_id
    return found


def _alive(keys: Collection[str]) -> models.QuerySet[Session]:
    return Session.objects.filter(
        session_key__in=keys, expire_date__gt=timezone.now(), user__is_active=True
    )
