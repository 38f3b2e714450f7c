"""Reviewing: where a round has led, and how it was."""

from django.db import transaction
from django.db.models import F

from core.db import retrying
from voting.errors import NoSuchPlace, NoSuchRound, NowhereYet, TextTooLong, WrongStars
from voting.models import Place, Review, Round
from voting.models.review import LONGEST_REVIEW
from voting.services.announcing import tell_rounds
from voting.services.talking import check_voice
from voting.words import clean_text


@retrying
@transaction.atomic(durable=True)
def correct_place(*, round_id: int, place_id: int | None) -> None:
    """Say where a round did eat, where that is not what won; None: nowhere. Reviews go along."""
    place = None
    if place_id is not None:
        place = Place.objects.select_related("merged_into").filter(pk=place_id).first()
        if place is None:
            raise NoSuchPlace
        place = place.merged_into or place
    settled = Round.objects.filter(pk=round_id, settled_at__isnull=False)
    if not settled.update(ate_at=place, version=F("version") + 1):
        raise NowhereYet if Round.objects.filter(pk=round_id).exists() else NoSuchRound
    reviews = Review.objects.filter(round=round_id)
    if place is None:
        reviews.delete()
    else:
        reviews.update(place=place)
    tell_rounds([round_id])


@retrying
@transaction.atomic(durable=True)
def review_place(*, round_id: int, user_id: int, stars: int, text: str = "") -> Review:
    """Say how it was, or say it anew: one review a person and round."""
    said = clean_text(text)
    if len(said) > LONGEST_REVIEW:
        raise TextTooLong(max=LONGEST_REVIEW)
    if stars not in range(1, 6):
        raise WrongStars
    check_voice(round_id=round_id, user_id=user_id)
    of = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    if of.ate_at_id is None:
        raise NowhereYet
    review, _new = Review.objects.update_or_create(
        round=of,
        user_id=user_id,
        defaults={"stars": stars, "text": said, "place_id": of.ate_at_id},
    )
    return review


@retrying
def delete_review(*, round_id: int, user_id: int) -> None:
    """Take one's review back; twice is as well as once."""
    Review.objects.filter(round=round_id, user=user_id).delete()
