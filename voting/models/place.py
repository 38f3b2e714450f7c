from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from voting.keys import place_key
from voting.models.menu import Menu
from voting.models.versioned import Versioned

LARGEST_PICTURE = 5 * 1024 * 1024  # bytes
LONGEST_LINK = 500
FARTHEST = 1_000_000  # metres


def check_picture(file: "File[bytes]") -> None:
    """Refuse a picture that would make every page heavy."""
    if file.size > LARGEST_PICTURE:
        raise ValidationError(_("The picture may have 5 MB at most."))


class PlaceQuerySet(models.QuerySet["Place"]):
    def current(self) -> "PlaceQuerySet":
        """Keep what may be put up for vote: neither archived nor merged into another."""
        return self.filter(archived_at=None, merged_into=None)

    def matching(self, words: str) -> "PlaceQuerySet":
        """Keep places whose name, address or memo contain each of `words`."""
        found = self
        for word in words.replace("\x00", "").split()[:8]:
            anywhere = Q(name__icontains=word) | Q(address__icontains=word)
            found = found.filter(anywhere | Q(memo__icontains=word))
        return found


class Place(Versioned):
    """Where one may eat. One that was found double is merged into another, and stays its name."""

    not_saved = frozenset({"id", "added_by", "archived_at", "merged_into", "created_at"})

    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    link = models.CharField(
        _("link"),
        max_length=LONGEST_LINK,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    price_level = models.PositiveSmallIntegerField(
        _("price level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("From 1, cheap, to 4, dear."),
    )
    distance = models.PositiveIntegerField(
        _("distance"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(FARTHEST)],
        help_text=_("In metres from the office."),
    )
    picture = models.ImageField(
        _("picture"), upload_to="places/", blank=True, validators=[check_picture]
    )
    menus = models.ManyToManyField(Menu, related_name="places", verbose_name=_("menus"), blank=True)
    memo = models.CharField(_("memo"), max_length=300, blank=True)
    key = models.CharField(max_length=1000, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("added by"),
        null=True,
        blank=True,
        editable=False,
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="doubles",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("where one eats", "place")
        verbose_name_plural = pgettext_lazy("where one eats", "places")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(archived_at=None, merged_into=None),
                name="place_key_unique",
                violation_error_message=_("There is such a place already."),
            ),
            models.CheckConstraint(
                condition=Q(price_level=None) | Q(price_level__gte=1, price_level__lte=4),
                name="place_price_level",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__regex=r"^https?://"), name="place_link"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="place_no_own_double"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, with the key by which doubles are told."""
        self.key = place_key(self.name, self.address)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.key = place_key(self.name, self.address)
