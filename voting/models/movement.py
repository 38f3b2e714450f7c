from django.db import models
from django.utils.translation import gettext_lazy as _

from voting.models.option import Option
from voting.models.round import Round


class Movement(models.Model):
    """That an option got a new count, and when: the chart's history, of which nobody reads who."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="movements",
        verbose_name=_("round"),
        db_index=False,
    )
    option = models.ForeignKey(
        Option, on_delete=models.CASCADE, related_name="+", verbose_name=_("option"), db_index=False
    )
    at = models.DateTimeField(_("at"))
    num_votes = models.PositiveIntegerField(_("votes"))

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["round", "id"], name="movement_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.option_id}: {self.num_votes}"
