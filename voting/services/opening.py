"""Opening: how a round comes to be, and what operators change about it while people vote."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.db import retrying
from voting.errors import NothingUp, WrongFields, WrongTimes
from voting.models import Round
from voting.options import options_of, put_up
from voting.services.counting import count_eligible
from voting.words import clean_line


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

    What nobody may choose (`max_places`, `max_menus` or `max_dates` of 0) is not put up. A
    schedule has one round a day: who makes it a second time gets the one that is there.
    """
    times = {"opens_at": opens_at, "closes_at": closes_at}
    fields = {"day": timezone.localdate(closes_at), **rules, "title": clean_line(title), **times}
    shape = Round(**fields)
    check_rules(shape)
    options = options_of(
        places=places if shape.max_places else (),
        menus=menus if shape.max_menus else (),
        dates=dates if shape.max_dates else (),
    )
    made, new = _make(fields)
    if new:
        put_up(made, options)
        count_eligible(round_ids=[made.pk])
        made.refresh_from_db()
    return made


def check_rules(of: Round) -> None:
    """Refuse what no round can be voted by: `WrongTimes`, `WrongFields`, `NothingUp`."""
    if of.opens_at >= of.closes_at:
        raise WrongTimes
    if not (of.max_places or of.max_menus or of.max_dates):
        raise NothingUp
    try:
        of.clean_fields(exclude={"seed", "seed_hash", "ate_at", "leads", "team", "webhook"})
    except ValidationError as error:
        raise WrongFields(errors=error.message_dict) from error


def _make(fields: dict[str, Any]) -> tuple[Round, bool]:
    schedule_id = fields.pop("schedule_id", None)
    if schedule_id is None:
        return Round.objects.create(**fields), True
    day = fields.pop("day")
    return Round.objects.get_or_create(schedule_id=schedule_id, day=day, defaults=fields)
