from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from voting.keys import key_of


class MenuQuerySet(models.QuerySet["Menu"]):
    def current(self) -> "MenuQuerySet":
        """Keep what may be put up for vote."""
        return self.filter(archived_at=None)


class Menu(models.Model):
    """What one may eat: noodles, pizza."""

    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    key = models.CharField(max_length=120, editable=False)
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

    objects = MenuQuerySet.as_manager()

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(archived_at=None),
                name="menu_key_unique",
                violation_error_message=_("There is such a menu already."),
            ),
            models.CheckConstraint(condition=~Q(key=""), name="menu_key_said"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, with the key by which doubles are told."""
        self.key = key_of(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.key = key_of(self.name)

    @property
    def local_name(self) -> str:
        """The name in the reader's language, where there is one."""
        return self.name_en if self.name_en and get_language() == "en" else self.name
