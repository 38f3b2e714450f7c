from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from voting.models.rules import Rules
from voting.models.team import Team
from voting.models.webhook import Webhook

EVERY_DAY = 0b1111111
WORKING_DAYS = 0b0011111
MOST_PLACES = 50


class Schedule(Rules):
    """The rule by which rounds come by themselves: on which days, from when to when."""

    title = models.CharField(_("title"), max_length=100)
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="schedules",
        verbose_name=_("team"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole office."),
    )
    weekdays = models.PositiveSmallIntegerField(
        _("weekdays"),
        default=WORKING_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text=_("A bit a day: Monday is 1, Sunday 64."),
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    num_places = models.PositiveSmallIntegerField(
        _("number of places"),
        default=10,
        validators=[MaxValueValidator(MOST_PLACES)],
        help_text=_("So many are proposed."),
    )
    with_menus = models.BooleanField(_("with menus"), default=False)
    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.SET_NULL,
        related_name="schedules",
        verbose_name=_("webhook"),
        null=True,
        blank=True,
    )
    paused = models.BooleanField(_("paused"), default=False)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["opens", "id"]
        constraints = [
            *Rules.Meta.constraints,
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")),
                name="schedule_runs_forward",
                violation_error_message=_("It must open before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=EVERY_DAY), name="schedule_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="schedule_ends",
                violation_error_message=_("It must start before it ends."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def falls_on(self, weekday: int) -> bool:
        """Tell whether there is a round on `weekday`; Monday is 0."""
        return bool(self.weekdays >> weekday & 1)
