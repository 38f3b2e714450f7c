"""Opening: how a round comes to be, and what operators change about it while people vote."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.db import retrying
from voting.errors import WrongTimes
from voting.models import Round
from voting.options import options_of, put_up
from voting.services.counting import count_eligible


@retrying
@transaction.atomic(durable=True)
def create_round(
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    places: Iterable[int] = (),
    menus: Iterable[int] = (),
    dates: Iterable[date] = (),
    **rules: Any,
) -> Round:
    """Make a round with all that is up for vote in it; `rules` are further fields of `Round`.

    A schedule has one round a day: who makes it a second time gets the one that is there.
    """
    if opens_at >= closes_at:
        raise WrongTimes
    options = options_of(places=places, menus=menus, dates=dates)
    fields = {
        "day": timezone.localdate(closes_at),
        **rules,
        "title": title,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    made, new = _make(fields)
    if new:
        put_up(made, options)
        count_eligible(round_ids=[made.pk])
        made.refresh_from_db()
    return made


def _make(fields: dict[str, Any]) -> tuple[Round, bool]:
    schedule_id = fields.pop("schedule_id", None)
    if schedule_id is None:
        return Round.objects.create(**fields), True
    day = fields.pop("day")
    return Round.objects.get_or_create(schedule_id=schedule_id, day=day, defaults=fields)
