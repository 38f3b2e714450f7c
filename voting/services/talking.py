"""Talking: what people say in a round, and what they like of it."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from core.db import retrying
from realtime.publish import publish
from voting import live
from voting.errors import (
    EmptyText,
    NoSuchComment,
    NoSuchRound,
    NotEligible,
    NotYours,
    RoundCancelled,
    TextTooLong,
)
from voting.models import Comment, CommentLike, Round
from voting.models.comment import LONGEST_COMMENT
from voting.words import clean_text


@retrying
@transaction.atomic(durable=True)
def add_comment(*, round_id: int, user_id: int, text: str) -> Comment:
    """Say something in a round that one may vote in, before, during or after it."""
    said = checked_text(text, longest=LONGEST_COMMENT)
    check_voice(round_id=round_id, user_id=user_id)
    comment = Comment.objects.create(round_id=round_id, user_id=user_id, text=said)
    return _told(comment.pk)


@retrying
@transaction.atomic(durable=True)
def edit_comment(*, comment_id: int, user_id: int, text: str) -> Comment:
    """Say it in other words; only who wrote it may."""
    said = checked_text(text, longest=LONGEST_COMMENT)
    mine = Comment.objects.standing().filter(pk=comment_id, user=user_id)
    if not mine.exclude(text=said).update(text=said, edited_at=Now(), version=F("version") + 1):
        _check_own(comment_id, user_id)
    return _told(comment_id)


@retrying
@transaction.atomic(durable=True)
def delete_comment(*, comment_id: int, user_id: int | None) -> None:
    """Take back what one said; an operator, None, what anybody did. Twice is as well as once."""
    standing = Comment.objects.standing().filter(pk=comment_id)
    mine = standing if user_id is None else standing.filter(user=user_id)
    if mine.update(text="", deleted_at=Now(), version=F("version") + 1):
        _told(comment_id)
        return
    deleted = Comment.objects.filter(pk=comment_id).values("user_id").first()
    if deleted is None:
        raise NoSuchComment
    if user_id not in {None, deleted["user_id"]}:
        raise NotYours


@retrying
@transaction.atomic(durable=True)
def like_comment(*, comment_id: int, user_id: int, wanted: bool = True) -> Comment:
    """Like a comment, or no more: the desired state, however often it is said.

    Its row is locked first, so that the likes and their count go together.
    """
    locked = Comment.objects.standing().select_for_update(no_key=True).filter(pk=comment_id)
    comment = locked.first()
    if comment is None:
        raise NoSuchComment
    check_voice(round_id=comment.round_id, user_id=user_id)
    like = CommentLike.objects.filter(comment=comment, user=user_id)
    if like.exists() == wanted:
        return comment
    if wanted:
        CommentLike.objects.create(comment=comment, user_id=user_id)
    else:
        like.delete()
    step = 1 if wanted else -1
    Comment.objects.filter(pk=comment_id).update(
        num_likes=F("num_likes") + step, version=F("version") + 1
    )
    return _told(comment_id)


def checked_text(text: str, *, longest: int) -> str:
    """Return `text` as it is kept; refuse what is empty or too long."""
    said = clean_text(text)
    if not said:
        raise EmptyText
    if len(said) > longest:
        raise TextTooLong(max=longest)
    return said


def check_voice(*, round_id: int, user_id: int) -> None:
    """Refuse those who have no say in a round."""
    of = Round.objects.filter(pk=round_id).first()
    if of is None:
        raise NoSuchRound
    if of.cancelled_at is not None:
        raise RoundCancelled
    if not Round.objects.for_voter(user_id).filter(pk=round_id).exists():
        raise NotEligible


def _check_own(comment_id: int, user_id: int) -> None:
    comment = Comment.objects.standing().filter(pk=comment_id).first()
    if comment is None:
        raise NoSuchComment
    if comment.user_id != user_id:
        raise NotYours


def _told(comment_id: int) -> Comment:
    comment = Comment.objects.select_related("user").get(pk=comment_id)
    publish(live.round_topic(comment.round_id), [live.comment_change(comment)])
    return comment
