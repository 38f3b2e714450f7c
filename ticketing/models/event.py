from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Now, Upper
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ticketing.models.hall import Layout

LARGEST_CAPACITY = 1_000_000
LARGEST_POSTER = 5 * 1024 * 1024  # bytes
LARGEST_PRICE = 100_000_000  # minor units


def check_poster(file: "File[bytes]") -> None:
    """Refuse a picture that would make every page heavy."""
    if file.size > LARGEST_POSTER:
        raise ValidationError(_("The picture may have 5 MB at most."))


class Status(models.TextChoices):
    UPCOMING = "upcoming", _("Upcoming")
    ON_SALE = "on_sale", _("On sale")
    SOLD_OUT = "sold_out", _("Sold out")
    ENDED = "ended", _("Sale ended")
    CANCELLED = "cancelled", _("Cancelled")


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> "EventQuerySet":
        """Keep the events that visitors may see."""
        return self.filter(published=True)

    def with_status(self) -> "EventQuerySet":
        """Annotate what holds by the database's clock: `current_status` and `opens_at`.

        An event is on sale while one of its ticket types is, within the event's own window.
        """
        types = TicketType.objects.filter(event=OuterRef("pk"))
        lasting = types.exclude(sale_ends_at__lte=Now())
        left = lasting.filter(available__gt=0)
        to_come = left.filter(sale_starts_at__gt=Now())
        return self.annotate(
            current_status=Case(  # type: ignore[no-redef]
                When(cancelled_at__isnull=False, then=Value(Status.CANCELLED.value)),
                When(sale_ends_at__lte=Now(), then=Value(Status.ENDED.value)),
                When(sale_starts_at__gt=Now(), then=Value(Status.UPCOMING.value)),
                When(
                    Exists(left.exclude(sale_starts_at__gt=Now())),
                    then=Value(Status.ON_SALE.value),
                ),
                When(Exists(to_come), then=Value(Status.UPCOMING.value)),
                When(Exists(types) & ~Exists(lasting), then=Value(Status.ENDED.value)),
                default=Value(Status.SOLD_OUT.value),
                output_field=models.CharField(),
            ),
            opens_at=Case(
                When(sale_starts_at__gt=Now(), then=F("sale_starts_at")),
                default=Coalesce(
                    Subquery(to_come.order_by("sale_starts_at").values("sale_starts_at")[:1]),
                    F("sale_starts_at"),
                ),
            ),
        )

    def in_status(self, status: str) -> "EventQuerySet":
        """Keep the events of which `status` holds now."""
        return self.with_status().filter(current_status=status)  # type: ignore[misc]

    def matching(self, words: str) -> "EventQuerySet":
        """Keep events whose title, artist, venue or keywords contain each of `words`."""
        found = self
        for word in words.replace("\x00", "").split()[:8]:
            found = found.filter(searchable__contains=word.upper())
        return found


class Versioned(models.Model):
    """A row that watchers follow; a form writes what `not_saved` does not keep for statements."""

    not_saved: ClassVar[frozenset[str]]

    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a change moves its version on, so that watchers take it."""
        if self.pk and not self._state.adding and "update_fields" not in kwargs:
            self.version = F("version") + 1
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if field.name not in self.not_saved
            ]
        super().save(*args, **kwargs)


class Event(Versioned):
    """What people attend."""

    not_saved = frozenset({"id", "layout", "status", "cancelled_at", "created_at", "searchable"})

    current_status: str  # annotated by `with_status`
    opens_at: datetime  # likewise

    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    artist = models.CharField(_("artist"), max_length=200, blank=True)
    venue = models.CharField(_("venue"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    layout = models.ForeignKey(
        Layout,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("layout"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("How its numbered seats lie; none where nobody has a seat."),
    )
    keywords = models.CharField(
        _("keywords"),
        max_length=300,
        blank=True,
        help_text=_("Other names people search by, in any language."),
    )
    poster = models.ImageField(
        _("poster"), upload_to="posters/", blank=True, validators=[check_poster]
    )
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    sale_starts_at = models.DateTimeField(_("sale starts at"))
    sale_ends_at = models.DateTimeField(_("sale ends at"))
    cancellable_until = models.DateTimeField(
        _("cancellable until"),
        null=True,
        blank=True,
        help_text=_("After this, buyers can no longer cancel. Empty: until the event starts."),
    )
    hold_minutes = models.PositiveSmallIntegerField(
        _("hold in minutes"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    allows_lonely_seats = models.BooleanField(
        _("lets single seats be left alone"),
        default=False,
        db_default=False,
        help_text=_(
            "Otherwise nobody may leave one free seat between taken ones if they can help it."
        ),
    )
    published = models.BooleanField(_("published"), default=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.UPCOMING,
        editable=False,
        help_text=_("What watchers were last told; `current_status` is what holds."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    searchable = models.GeneratedField(
        expression=Upper(
            Concat(
                F("title"),
                Value(" "),
                F("title_en"),
                Value(" "),
                F("artist"),
                Value(" "),
                F("venue"),
                Value(" "),
                F("keywords"),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="event_by_start"),
            GinIndex(OpClass(F("searchable"), "gin_trgm_ops"), name="event_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sale_starts_at__lt=F("sale_ends_at")),
                name="event_sale_window",
                violation_error_message=_("The sale must start before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="event_runs_forward",
                violation_error_message=_("The event must start before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=1, hold_minutes__lte=60), name="event_hold_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ticketing:event", args=[self.pk])

    @property
    def local_title(self) -> str:
        """The title in the reader's language, where there is one."""
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def cancel_deadline(self) -> datetime:
        """Until when a buyer may cancel a confirmed reservation."""
        return self.cancellable_until or self.starts_at


class TicketType(Versioned):
    """A class of ticket on sale. `held` and `sold` are written by claims alone."""

    # Never the counters: people buy while operators edit (W14).
    not_saved = frozenset({"id", "event", "category", "held", "sold", "available"})

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="ticket_types", verbose_name=_("event")
    )
    name = models.CharField(_("name"), max_length=100)
    price = models.PositiveIntegerField(
        _("price"),
        validators=[MaxValueValidator(LARGEST_PRICE)],
        help_text=_("In the smallest unit of the currency: won, or cents."),
    )
    capacity = models.PositiveIntegerField(
        _("capacity"), validators=[MaxValueValidator(LARGEST_CAPACITY)]
    )
    max_per_person = models.PositiveSmallIntegerField(
        _("most per person"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    sale_starts_at = models.DateTimeField(_("sale starts at"), null=True, blank=True)
    sale_ends_at = models.DateTimeField(_("sale ends at"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    category = models.CharField(
        _("category"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("Which seats of the layout these are; empty where one stands."),
    )
    held = models.PositiveIntegerField(_("held"), default=0, editable=False)
    sold = models.PositiveIntegerField(_("sold"), default=0, editable=False)
    available = models.GeneratedField(
        expression=F("capacity") - F("held") - F("sold"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("available"),
    )

    class Meta:
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="ticket_type_name_unique"),
            models.UniqueConstraint(
                fields=["event", "category"],
                condition=~Q(category=""),
                name="ticket_type_category_unique",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=F("held") + F("sold")),
                name="ticket_type_available",
                violation_error_message=_("The capacity is below what is sold or held."),
            ),
            models.CheckConstraint(
                condition=Q(sale_starts_at__lt=F("sale_ends_at")),
                name="ticket_type_sale_window",
                violation_error_message=_("The sale must start before it ends."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
