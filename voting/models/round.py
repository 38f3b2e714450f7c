from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from voting.draws import hash_of, make_seed
from voting.models.place import Place
from voting.models.rules import MOST_CHOICES, Rules, TieRule
from voting.models.schedule import Schedule
from voting.models.team import Team
from voting.models.versioned import Versioned
from voting.models.webhook import Webhook

__all__ = ["Round", "RoundQuerySet", "Status", "TieRule"]


LONGEST_TITLE = 100


class Status(models.TextChoices):
    UPCOMING = "upcoming", _("Upcoming")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class RoundQuerySet(models.QuerySet["Round"]):
    def with_status(self) -> "RoundQuerySet":
        """Annotate what holds by the database's clock: `current_status`."""
        return self.annotate(
            current_status=Case(  # type: ignore[no-redef]
                When(cancelled_at__isnull=False, then=Value(Status.CANCELLED.value)),
                When(
                    Q(closed_at__isnull=False) | Q(closes_at__lte=Now()),
                    then=Value(Status.CLOSED.value),
                ),
                When(opens_at__gt=Now(), then=Value(Status.UPCOMING.value)),
                default=Value(Status.OPEN.value),
                output_field=models.CharField(),
            )
        )

    def in_status(self, status: str) -> "RoundQuerySet":
        """Keep the rounds of which `status` holds now."""
        return self.with_status().filter(current_status=status)  # type: ignore[misc]

    def for_voter(self, user_id: int) -> "RoundQuerySet":
        """Keep the rounds in which that person may vote: their teams' and the whole office's."""
        theirs = Team.objects.filter(memberships__user_id=user_id)
        return self.filter(Q(team=None) | Q(team__in=theirs))

    def unsettled(self) -> "RoundQuerySet":
        """Keep the rounds whose tally can still change or is yet to be told."""
        return self.filter(settled_at=None, cancelled_at=None)


class Round(Versioned, Rules):
    """One lunch decision: it opens, closes and has a result.

    Every counter here and in its options is written by statements alone, under its row's lock.
    `leads` says of each kind which option leads, since when: it changes only when another has
    more, so that a draw does not flicker: `{"place": {"option": 7, "id": "3", "votes": 4,
    "version": 19}}`, where votes and version are those of the moment it took the lead.
    """

    not_saved = frozenset(
        {"id", "schedule", "day", "run_off_of", "seed", "seed_hash", "reminded_at"}
        | {"cancelled_at", "closed_at", "settled_at", "status", "num_voters", "num_votes"}
        | {"num_eligible", "leads", "winner_place", "winner_menu", "winner_date", "created_at"}
        | {"posted_opening_at", "posted_result_at", "ate_at"}
        # What people vote by changes by services alone, before they do.
        | {"opens_at", "closes_at", "team", "anonymous", "tie_rule"}
        | {"max_places", "max_menus", "max_dates"}
    )

    current_status: str  # annotated by `with_status`

    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("team"),
        null=True,
        blank=True,
        help_text=_("Empty: the whole office."),
    )
    schedule = models.ForeignKey(
        Schedule,
        on_delete=models.SET_NULL,
        related_name="rounds",
        verbose_name=_("schedule"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )
    day = models.DateField(_("day"), help_text=_("The day it is about, in Seoul."))
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    max_dates = models.PositiveSmallIntegerField(
        _("most dates"), default=0, validators=[MaxValueValidator(MOST_CHOICES)]
    )
    run_off_of = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        related_name="run_off",
        verbose_name=_("run-off of"),
        null=True,
        blank=True,
        editable=False,
    )
    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.SET_NULL,
        related_name="rounds",
        verbose_name=_("webhook"),
        null=True,
        blank=True,
    )
    seed = models.CharField(max_length=64, editable=False)  # a secret until it is settled
    seed_hash = models.CharField(_("hash of the seed"), max_length=64, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.UPCOMING,
        editable=False,
        help_text=_("What watchers were last told; `current_status` is what holds."),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed early at"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    posted_opening_at = models.DateTimeField(_("called to vote at"), null=True, editable=False)
    posted_result_at = models.DateTimeField(_("told the result at"), null=True, editable=False)
    num_eligible = models.PositiveIntegerField(_("eligible"), default=0, editable=False)
    num_voters = models.PositiveIntegerField(_("voters"), default=0, editable=False)
    num_votes = models.PositiveIntegerField(_("votes"), default=0, editable=False)
    leads = models.JSONField(default=dict, editable=False)
    winner_place = models.ForeignKey(
        "Option",
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("winning place"),
        null=True,
        editable=False,
    )
    winner_menu = models.ForeignKey(
        "Option",
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("winning menu"),
        null=True,
        editable=False,
    )
    winner_date = models.ForeignKey(
        "Option",
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("winning date"),
        null=True,
        editable=False,
    )
    ate_at = models.ForeignKey(
        Place,
        on_delete=models.SET_NULL,
        related_name="meals",
        verbose_name=_("where we ate"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-opens_at", "-id"]
        indexes = [
            models.Index(fields=["-opens_at", "-id"], name="round_newest"),
            models.Index(
                fields=["closes_at"],
                condition=Q(settled_at=None, cancelled_at=None),
                name="round_unsettled",
            ),
        ]
        constraints = [
            *Rules.Meta.constraints,
            models.UniqueConstraint(fields=["schedule", "day"], name="round_schedule_day"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="round_runs_forward",
                violation_error_message=_("It must open before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(max_dates__lte=MOST_CHOICES)
                & (Q(max_places__gte=1) | Q(max_menus__gte=1) | Q(max_dates__gte=1)),
                name="round_something_is_up",
                violation_error_message=_("Something has to be up for vote."),
            ),
            models.CheckConstraint(
                condition=Q(num_voters__lte=F("num_votes")), name="round_voters_vote"
            ),
            models.CheckConstraint(
                condition=Q(seed__regex=r"^[0-9a-f]{64}$", seed_hash__regex=r"^[0-9a-f]{64}$"),
                name="round_seed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a new one draws its seed."""
        if not self.seed:
            self.seed = make_seed()
            self.seed_hash = hash_of(self.seed)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("voting:round", args=[self.pk])

    @property
    def turnout(self) -> float:
        """How many of those who may vote did, from 0 to 1."""
        return min(1.0, self.num_voters / self.num_eligible) if self.num_eligible else 0.0
