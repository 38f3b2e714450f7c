from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ticketing.models import Event
from ticketing.models.event import Versioned

LARGEST_LIMIT = 1_000_000  # people, at once or in a minute
LARGEST_NUMBER = 2**53  # scores of a sorted set are exact up to here
LONGEST_MESSAGE = 500

SECONDS = {
    "grace_seconds": (30, 3600),
    "grace_signed_in_seconds": (30, 24 * 3600),
    "claim_seconds": (15, 900),
    "idle_seconds": (30, 3600),
}


def _between(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def _within(field: str, low: int, high: int) -> models.CheckConstraint:
    within = Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return models.CheckConstraint(condition=within, name=f"waiting_room_{field}")


class Mode(models.TextChoices):
    OFF = "off", _("Off")
    AUTOMATIC = "automatic", _("Automatic")
    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    DRAIN = "drain", _("No newcomers")
    CLOSED = "closed", _("Closed")


class WaitingRoom(Versioned):
    """What stands in front of the sale of one event, and what of its line may never be lost.

    Redis holds the line itself. `reserved` says up to where it may have given numbers, `epoch`
    which line it is: those who show the proof of a place in an older one are not let back.
    """

    # What statements write, or what is settled once.
    not_saved = frozenset(
        {"id", "event", "epoch", "reserved", "seed", "seed_hash", "num_drawn"}
        | {"num_entries", "head", "number_noted", "recovery_noted"}
    )

    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, related_name="waiting_room", verbose_name=_("event")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.OFF)
    threshold = models.PositiveIntegerField(
        _("most at once"),
        default=500,
        validators=_between(1, LARGEST_LIMIT),
        help_text=_("So many people may be buying at the same time."),
    )
    rate = models.PositiveIntegerField(
        _("most per minute"),
        default=500,
        validators=_between(1, LARGEST_LIMIT),
        help_text=_("So many people are let in within a minute."),
    )
    grace_seconds = models.PositiveIntegerField(
        _("grace in seconds"),
        default=300,
        validators=_between(*SECONDS["grace_seconds"]),
        help_text=_("So long the place of somebody who has gone silent is kept."),
    )
    grace_signed_in_seconds = models.PositiveIntegerField(
        _("grace for members in seconds"),
        default=900,
        validators=_between(*SECONDS["grace_signed_in_seconds"]),
        help_text=_("The same for those who have signed in; at least as long."),
    )
    claim_seconds = models.PositiveIntegerField(
        _("time to come in, in seconds"),
        default=120,
        validators=_between(*SECONDS["claim_seconds"]),
        help_text=_("Who is called and does not come within it loses the turn."),
    )
    idle_seconds = models.PositiveIntegerField(
        _("idle time in seconds"),
        default=120,
        validators=_between(*SECONDS["idle_seconds"]),
        help_text=_("Who is inside and silent for so long is out; a hold keeps them in."),
    )
    guests_allowed = models.BooleanField(
        _("lets guests wait"),
        default=True,
        help_text=_("Otherwise only those who have signed in may join the line."),
    )
    releases_on_buying = models.BooleanField(
        _("makes room on buying"),
        default=True,
        help_text=_("Who has bought is out, and the next one is let in."),
    )
    message = models.CharField(_("message"), max_length=LONGEST_MESSAGE, blank=True)
    message_en = models.CharField(_("message in English"), max_length=LONGEST_MESSAGE, blank=True)
    opens_at = models.DateTimeField(
        _("opens at"),
        null=True,
        blank=True,
        help_text=_("Who comes before gets a random place then. Empty: nobody waits for it."),
    )
    epoch = models.PositiveIntegerField(default=1, editable=False)
    reserved = models.PositiveBigIntegerField(default=0, editable=False)
    seed_hash = models.CharField(max_length=64, blank=True, editable=False)
    seed = models.CharField(max_length=64, blank=True, editable=False)
    # How many had come early when the line opened, and drew for their places.
    num_drawn = models.PositiveBigIntegerField(default=0, editable=False)
    # The end of the record, so that nobody can cut it short unseen.
    num_entries = models.PositiveBigIntegerField(default=0, editable=False)
    head = models.CharField(max_length=64, blank=True, editable=False)
    # What the record says already: numbers up to this one, and the newest recovery from a loss.
    number_noted = models.PositiveBigIntegerField(default=0, editable=False)
    recovery_noted = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("waiting room")
        verbose_name_plural = _("waiting rooms")
        ordering = ["event_id"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="waiting_room_mode"),
            _within("threshold", 1, LARGEST_LIMIT),
            _within("rate", 1, LARGEST_LIMIT),
            *(_within(field, *bounds) for field, bounds in SECONDS.items()),
            models.CheckConstraint(
                condition=Q(grace_signed_in_seconds__gte=F("grace_seconds")),
                name="waiting_room_graces",
                violation_error_message=_("Who has signed in is kept at least as long as others."),
            ),
            _within("reserved", 0, LARGEST_NUMBER),
            models.CheckConstraint(condition=Q(epoch__gte=1), name="waiting_room_epoch"),
            models.CheckConstraint(
                condition=Q(seed="", seed_hash="")
                | (Q(seed__regex=r"^[0-9a-f]{64}$") & Q(seed_hash__regex=r"^[0-9a-f]{64}$")),
                name="waiting_room_seed",
            ),
            models.CheckConstraint(
                condition=Q(num_entries=0, head="")
                | Q(num_entries__gte=1, head__regex=r"^[0-9a-f]{64}$"),
                name="waiting_room_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.get_mode_display()}"
