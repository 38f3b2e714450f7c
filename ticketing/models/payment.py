import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ticketing.models.reservation import Reservation


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    CAPTURED = "captured", _("Paid")
    DECLINED = "declined", _("Declined")
    REFUND_DUE = "refund_due", _("Refund due")
    REFUNDED = "refunded", _("Refunded")


class Payment(models.Model):
    """One attempt to pay: written before the provider is asked, settled once after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation = models.ForeignKey(
        Reservation,
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("reservation"),
    )
    provider = models.CharField(_("provider"), max_length=30)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    reference = models.CharField(_("provider's reference"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the provider was last asked.")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=[Status.PENDING, Status.REFUND_DUE]),
                name="payment_open",
            )
        ]
        constraints = [
            # W16: check, then insert gave one reservation two payments.
            models.UniqueConstraint(
                fields=["reservation"],
                condition=Q(status__in=[Status.PENDING, Status.CAPTURED]),
                name="payment_one_live",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="payment_status"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.status})"
