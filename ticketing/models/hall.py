"""Halls and how they are drawn. Events share a layout; a layout never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hall(models.Model):
    """A room with numbered seats."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def newest_layout(self) -> "Layout | None":
        """Return how the hall was last drawn."""
        return self.layouts.order_by("-created_at", "-pk").first()


class Layout(models.Model):
    """One drawing of a hall. Another drawing is another row, so that a version says it all.

    `document` is what `ticketing.seating.documents` reads; `version` is its digest.
    """

    hall = models.ForeignKey(
        Hall, on_delete=models.CASCADE, related_name="layouts", verbose_name=_("hall")
    )
    version = models.CharField(_("version"), max_length=64, db_index=True, editable=False)
    document = models.JSONField(_("document"), editable=False)
    num_seats = models.PositiveIntegerField(_("seats"), editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        ordering = ["hall", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "version"], name="layout_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.hall} · {self.created_at:%Y-%m-%d} · {self.num_seats}"
