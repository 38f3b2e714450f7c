from django.db import models
from django.utils.translation import gettext_lazy as _

from queueing.models.room import WaitingRoom


class Traffic(models.Model):
    """What went on in one minute of a waiting room; several processes add to it."""

    room = models.ForeignKey(
        WaitingRoom,
        on_delete=models.CASCADE,
        related_name="traffic",
        verbose_name=_("waiting room"),
        db_index=False,
    )
    minute = models.DateTimeField(_("minute"))
    joined = models.PositiveIntegerField(_("joined"), default=0)
    called = models.PositiveIntegerField(_("called"), default=0)
    entered = models.PositiveIntegerField(_("came in"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    no_shows = models.PositiveIntegerField(_("did not come"), default=0)
    waiting_max = models.PositiveIntegerField(_("most waiting"), default=0)
    active_max = models.PositiveIntegerField(_("most inside"), default=0)

    class Meta:
        verbose_name = _("minute of traffic")
        verbose_name_plural = _("traffic")
        ordering = ["room_id", "-minute"]
        constraints = [
            models.UniqueConstraint(fields=["room", "minute"], name="traffic_minute_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.minute:%Y-%m-%d %H:%M}"
