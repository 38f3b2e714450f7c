from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voting.models.option import Option
from voting.models.round import Round


class Ballot(models.Model):
    """One voter's paper in a round; its row is what that person's own requests queue up for.

    One with nothing on it (any more) counts as nobody's.
    """

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="ballots",
        verbose_name=_("round"),
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="ballots",
        verbose_name=_("voter"),
    )
    cast_at = models.DateTimeField(_("first cast at"))

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["round_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="ballot_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.user_id}"


class Vote(models.Model):
    """One choice on a ballot."""

    ballot = models.ForeignKey(
        Ballot,
        on_delete=models.CASCADE,
        related_name="votes",
        verbose_name=_("ballot"),
        db_index=False,
    )
    option = models.ForeignKey(
        Option, on_delete=models.CASCADE, related_name="votes", verbose_name=_("option")
    )
    cast_at = models.DateTimeField(_("cast at"))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "option"], name="vote_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.option_id}"
