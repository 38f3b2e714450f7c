from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Webhook(models.Model):
    """A room of a chat that is told of rounds."""

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(
        _("address"), max_length=500, validators=[URLValidator(schemes=["http", "https"])]
    )
    secret = models.CharField(
        _("secret"), max_length=200, blank=True, help_text=_("What we post is signed with it.")
    )
    active = models.BooleanField(_("active"), default=True)
    posts_opening = models.BooleanField(_("calls to vote"), default=True)
    posts_result = models.BooleanField(_("tells the result"), default=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="webhook_url"),
        ]

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """One message of a round to a webhook: tried until it is delivered or given up, once a kind."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Call to vote")
        RESULT = "result", _("Result")

    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.CASCADE,
        related_name="postings",
        verbose_name=_("webhook"),
        db_index=False,
    )
    round = models.ForeignKey(
        "Round", on_delete=models.CASCADE, related_name="postings", verbose_name=_("round")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    created_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(delivered_at=None, given_up_at=None),
                name="posting_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "round", "kind"], name="posting_unique"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(given_up_at=None), name="posting_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.kind}"
