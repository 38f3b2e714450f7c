from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from voting.models.menu import Menu
from voting.models.place import Place
from voting.models.round import Round


class Kind(models.TextChoices):
    PLACE = "place", pgettext_lazy("where one eats", "Place")
    MENU = "menu", _("Menu")
    DATE = "date", _("Date")


def _only(kind: str) -> Q:
    """Return that `kind` is said, and nothing else is."""
    return Q(kind=kind, **{f"{other}__isnull": other != kind for other in Kind.values})


class Option(models.Model):
    """A place, a menu or a date that is up for vote in a round, known by the id of what it is.

    `num_votes`, `reached_at` (when it got the count it has) and `version` are written by
    statements alone.
    """

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="options",
        verbose_name=_("round"),
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="options",
        verbose_name=pgettext_lazy("where one eats", "place"),
        null=True,
        blank=True,
    )
    menu = models.ForeignKey(
        Menu,
        on_delete=models.PROTECT,
        related_name="options",
        verbose_name=_("menu"),
        null=True,
        blank=True,
    )
    date = models.DateField(_("date"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("suggested by"),
        null=True,
        blank=True,
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    num_votes = models.PositiveIntegerField(_("votes"), default=0, editable=False)
    reached_at = models.DateTimeField(_("reached at"), null=True, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="option_place_unique"),
            models.UniqueConstraint(fields=["round", "menu"], name="option_menu_unique"),
            models.UniqueConstraint(fields=["round", "date"], name="option_date_unique"),
            models.CheckConstraint(
                condition=_only("place") | _only("menu") | _only("date"), name="option_is_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.kind} {self.public_id}"

    @property
    def public_id(self) -> str:
        """The id of the place or the menu, or the day."""
        if self.date is not None:
            return self.date.isoformat()
        return str(self.place_id or self.menu_id)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.place or self.menu or self.date)
