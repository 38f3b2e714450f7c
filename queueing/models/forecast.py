from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from queueing.models.room import WaitingRoom


class Forecast(models.Model):
    """When a number was expected to be called, and when it was: how good our word is."""

    room = models.ForeignKey(
        WaitingRoom,
        on_delete=models.CASCADE,
        related_name="forecasts",
        verbose_name=_("waiting room"),
        db_index=False,
    )
    epoch = models.PositiveIntegerField()
    number = models.PositiveBigIntegerField(_("number"))
    made_at = models.DateTimeField(_("made at"))
    expected_at = models.DateTimeField(_("expected at"))
    low_at = models.DateTimeField(_("at the earliest"))
    high_at = models.DateTimeField(_("at the latest"))
    reached_at = models.DateTimeField(_("reached at"), null=True)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["room_id", "-made_at"]
        indexes = [
            models.Index(
                fields=["room", "number"], condition=Q(reached_at=None), name="forecast_open"
            ),
            models.Index(fields=["room", "-made_at"], name="forecast_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(low_at__lte=F("expected_at"), expected_at__lte=F("high_at")),
                name="forecast_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.number}"
