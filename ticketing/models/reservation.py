import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ticketing.models.event import Event, TicketType


class Status(models.TextChoices):
    HELD = "held", _("Held")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def due(self) -> "ReservationQuerySet":
        """Keep the holds whose time is over by the database's clock."""
        return self.filter(status=Status.HELD, expires_at__lte=Now())

    def live(self) -> "ReservationQuerySet":
        """Keep what still counts against the stock."""
        return self.filter(status__in=[Status.HELD, Status.CONFIRMED])

    def whole(self) -> "ReservationQuerySet":
        """Load what a page or an answer shows, in three queries however many there are."""
        return self.select_related("event").prefetch_related(
            Prefetch("items", ReservationItem.objects.select_related("ticket_type")),
            Prefetch("tickets", Ticket.objects.select_related("ticket_type")),
        )


class Reservation(models.Model):
    """One person's claim on tickets: held → confirmed | cancelled | expired."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=16, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="reservations",
        verbose_name=_("user"),
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("event")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.HELD)
    total = models.PositiveBigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    held_until = models.DateTimeField(_("held until"), help_text=_("As first promised."))
    expires_at = models.DateTimeField(_("expires at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    prolonged_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(
        _("tickets sent at"), null=True, blank=True, help_text=_("When the e-mail went out.")
    )
    # Seats, by number, that their holder gave back and left alone by that.
    left_alone = ArrayField(models.PositiveIntegerField(), db_default=[], editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)
    idempotency_key = models.CharField(max_length=255, null=True, editable=False)  # noqa: DJ001
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status=Status.HELD), name="reservation_due"
            ),
            models.Index(fields=["user", "-created_at"], name="reservation_by_user"),
            models.Index(
                fields=["settled_at"],
                condition=Q(status=Status.CONFIRMED, sent_at=None),
                name="reservation_unsent",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "idempotency_key"], name="reservation_idempotency_key"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="reservation_status"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("ticketing:reservation", args=[self.pk])


class ReservationItem(models.Model):
    """So many tickets of one type, at the price of that moment."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="items")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="items")
    quantity = models.PositiveIntegerField(_("quantity"))
    price = models.PositiveIntegerField(_("price"))

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["ticket_type_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reservation", "ticket_type"], name="reservation_item_unique"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_item_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_type_id} × {self.quantity}"

    @property
    def amount(self) -> int:
        """Price times quantity, in minor units."""
        return self.price * self.quantity


class Allowance(models.Model):
    """How many of a ticket type one person holds or has bought; written by claims alone."""

    pk = models.CompositePrimaryKey("ticket_type_id", "user_id")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="allowance_quantity")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.quantity} × {self.ticket_type_id}"


class Ticket(models.Model):
    """What a confirmed reservation issues: one person in, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="tickets")
    ticket_type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="tickets")
    code = models.CharField(_("code"), max_length=32, unique=True)
    number = models.PositiveIntegerField(_("number"), help_text=_("Within the reservation."))
    seat = models.ForeignKey(
        "ticketing.Seat",
        on_delete=models.PROTECT,
        related_name="tickets",
        verbose_name=_("seat"),
        null=True,
        blank=True,
        db_index=False,
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["reservation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["reservation", "number"], name="ticket_number_unique"),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(voided_at=None), name="ticket_seat_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.code
