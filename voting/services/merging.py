"""Merging: two places that are one, also while people vote for both."""

from django.db import transaction
from django.db.models import F

from core.db import retrying
from voting import claims
from voting.errors import NoSuchPlace, NotMergeable
from voting.models import Option, Place, Review, Round
from voting.services.announcing import tell_rounds

FILLED = ("address", "phone", "link", "price_level", "distance", "picture", "memo")


@retrying
@transaction.atomic(durable=True)
def merge_places(*, double_id: int, kept_id: int) -> None:
    """Let one place be another that it is a double of, for good.

    In rounds that are not settled the votes for both count for the other, a person's once; what
    is settled stays as it was told. The other takes over what is known of the double alone.
    """
    double, kept = _lock(double_id, kept_id)
    Place.objects.filter(merged_into=double).update(merged_into=kept)
    Place.objects.filter(pk=double_id).update(merged_into=kept, version=F("version") + 1)
    _fill(kept, double)
    Round.objects.filter(ate_at=double).update(ate_at=kept)
    Review.objects.filter(place=double).update(place=kept)
    up = Option.objects.filter(place=double, round__settled_at=None, round__cancelled_at=None)
    for round_id in list(up.order_by("round_id").values_list("round_id", flat=True)):
        claims.merge_options(round_id=round_id, double=double_id, kept=kept_id)
        tell_rounds([round_id])


def _lock(double_id: int, kept_id: int) -> tuple[Place, Place]:
    """Return both, which stay as they are: locked in order of their ids."""
    if double_id == kept_id:
        raise NotMergeable
    wanted = Place.objects.filter(pk__in=[double_id, kept_id])
    places = {one.pk: one for one in wanted.select_for_update(no_key=True).order_by("pk")}
    if len(places) < 2:
        raise NoSuchPlace
    double, kept = places[double_id], places[kept_id]
    if double.merged_into_id or kept.merged_into_id or kept.archived_at:
        raise NotMergeable
    return double, kept


def _fill(kept: Place, double: Place) -> None:
    missing = [name for name in FILLED if not getattr(kept, name)]
    for name in missing:
        setattr(kept, name, getattr(double, name))
    kept.save()
    kept.menus.add(*double.menus.all())
