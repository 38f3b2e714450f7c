from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from voting.models.place import Place
from voting.models.round import Round

LONGEST_REVIEW = 500


class Review(models.Model):
    """How it was where a round has led: one to five stars and perhaps a word, once a person.

    `place` is where the round says that we ate, so that it is known when that is corrected.
    """

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="reviews",
        verbose_name=_("round"),
        db_index=False,
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=pgettext_lazy("where one eats", "place"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
    )
    stars = models.PositiveSmallIntegerField(
        _("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.CharField(_("text"), max_length=LONGEST_REVIEW, blank=True)
    written_at = models.DateTimeField(_("written at"), auto_now=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="review_unique"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.stars}"
