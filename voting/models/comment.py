from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voting.models.round import Round

LONGEST_COMMENT = 500


class CommentQuerySet(models.QuerySet["Comment"]):
    def standing(self) -> "CommentQuerySet":
        """Keep what has not been deleted."""
        return self.filter(deleted_at=None)


class Comment(models.Model):
    """What somebody says in a round; one that was deleted keeps its row, without its words."""

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        related_name="comments",
        verbose_name=_("round"),
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="comments",
        verbose_name=_("author"),
    )
    text = models.CharField(_("text"), max_length=LONGEST_COMMENT, blank=True)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, editable=False)
    num_likes = models.PositiveIntegerField(_("likes"), default=0, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["round", "-id"], name="comment_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at=None) & ~Q(text="") | Q(deleted_at__isnull=False, text=""),
                name="comment_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CommentLike(models.Model):
    """That somebody likes what another, or they themselves, said."""

    comment = models.ForeignKey(
        Comment,
        on_delete=models.CASCADE,
        related_name="likes",
        verbose_name=_("comment"),
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who likes it"),
    )

    class Meta:
        verbose_name = _("like")
        verbose_name_plural = _("likes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="comment_like_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.user_id}"
