"""What rounds and the schedules that make them have in common."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_CHOICES = 50
LONGEST_REMINDER = 24 * 60  # minutes


class TieRule(models.TextChoices):
    EARLIEST = "earliest", _("The earliest to reach the count")
    RUN_OFF = "run_off", _("A run-off")
    DRAW = "draw", _("A draw that anyone can check")


class Rules(models.Model):
    """How a round is voted: how many choices a person has of each kind, and what settles ties."""

    max_places = models.PositiveSmallIntegerField(
        _("most places"),
        default=3,
        validators=[MaxValueValidator(MOST_CHOICES)],
        help_text=_("So many may one person choose; 0: places are not up for vote."),
    )
    max_menus = models.PositiveSmallIntegerField(
        _("most menus"), default=0, validators=[MaxValueValidator(MOST_CHOICES)]
    )
    anonymous = models.BooleanField(
        _("anonymous"), default=False, help_text=_("Nobody sees who voted for what.")
    )
    suggestions_allowed = models.BooleanField(
        _("takes suggestions"),
        default=True,
        help_text=_("Voters may put up more while the round is open."),
    )
    tie_rule = models.CharField(_("ties"), max_length=10, choices=TieRule, default=TieRule.EARLIEST)
    reminder_minutes = models.PositiveSmallIntegerField(
        _("reminder in minutes"),
        default=10,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_REMINDER)],
        help_text=_("So long before the close those are reminded who have not voted; 0: never."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(max_places__lte=MOST_CHOICES, max_menus__lte=MOST_CHOICES),
                name="%(class)s_choices",
            ),
            models.CheckConstraint(
                condition=Q(tie_rule__in=TieRule.values), name="%(class)s_tie_rule"
            ),
        ]
