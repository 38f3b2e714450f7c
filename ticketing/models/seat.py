from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ticketing.models.event import Event, TicketType
from ticketing.models.reservation import Reservation


class State(models.TextChoices):
    """The letters are those of a map: one a seat."""

    FREE = "f", _("Free")
    HELD = "h", _("Held")
    SOLD = "s", _("Sold")
    BLOCKED = "b", _("Blocked")


class Seat(models.Model):
    """One numbered seat of one event. Claims alone write what changes.

    `number` is its place in the layout, where its label, its row and its position are.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="seats", db_index=False)
    number = models.PositiveIntegerField()
    ticket_type = models.ForeignKey(
        TicketType, on_delete=models.CASCADE, related_name="seats", db_index=False
    )
    state = models.CharField(_("state"), max_length=1, choices=State, default=State.FREE)
    reservation = models.ForeignKey(
        Reservation,
        on_delete=models.PROTECT,
        related_name="seats",
        null=True,
        blank=True,
        db_index=False,
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["event_id", "number"]
        indexes = [
            models.Index(
                fields=["reservation"],
                condition=Q(reservation__isnull=False),
                name="seat_by_reservation",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="seat_number_unique"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="seat_state"),
            models.CheckConstraint(
                condition=Q(state__in=["h", "s"], reservation__isnull=False)
                | Q(state__in=["f", "b"], reservation__isnull=True),
                name="seat_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(state="h", expires_at__isnull=False)
                | (~Q(state="h") & Q(expires_at__isnull=True)),
                name="seat_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.number}"
