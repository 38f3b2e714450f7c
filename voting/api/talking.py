"""Comments, reviews and suggestions by REST: for those who have a say in the round."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import BasePagination
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from core.api import Cursor
from core.openapi import problems
from voting import live
from voting.api.bodies import named_json
from voting.api.people import signed_in, viewer
from voting.api.talk_serializers import (
    CommentIn,
    CommentOut,
    ReviewIn,
    ReviewOut,
    SuggestionIn,
    SuggestionOut,
)
from voting.errors import NoSuchComment, NoSuchMenu, NoSuchPlace, NoSuchRound
from voting.ids import row_id
from voting.models import Comment, CommentLike, Kind, Review, Round
from voting.services.reviewing import delete_review, review_place
from voting.services.suggesting import suggest
from voting.services.talking import add_comment, delete_comment, edit_comment, like_comment

REFUSALS = problems(400, 401, 403, 404, 409, 413, 415, 422)
TAKEN_BACK = problems(401, 403, 404)


def asked(form: type[Serializer[Any]], request: Request, *, partial: bool = False) -> Any:
    """Return what the body asks for."""
    said = form(data=request.data, partial=partial)
    said.is_valid(raise_exception=True)
    return said.validated_data


def known_round(public: str) -> int:
    """Return the row of a round that there is."""
    round_id = row_id(public, missing=NoSuchRound)
    if not Round.objects.filter(pk=round_id).exists():
        raise NoSuchRound
    return round_id


class CommentAnswer(CommentOut):
    def to_representation(self, instance: Comment) -> dict[str, Any]:
        return comment_json(instance, user_id=viewer(self.context["request"]))


class ReviewAnswer(ReviewOut):
    def to_representation(self, instance: Review) -> dict[str, Any]:
        return review_json(instance)


class Newest(Cursor):
    ordering = ("-id",)


class LatestReviews(Cursor):
    ordering = ("-written_at", "-id")


class Comments(ListAPIView[Comment]):
    """What people say in a round, newest first; what was deleted is not shown."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = CommentAnswer
    pagination_class: type[BasePagination] = Newest

    def get_queryset(self) -> QuerySet[Comment]:
        round_id = known_round(self.kwargs["round"])
        likes = CommentLike.objects.filter(comment=OuterRef("pk"), user=viewer(self.request))
        said = Comment.objects.standing().filter(round=round_id)
        return said.select_related("user").annotate(liked=Exists(likes))

    @extend_schema(
        operation_id="votes_comments_list",
        responses={200: CommentOut(many=True), **problems(400, 401, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="votes_comments_create",
        request=CommentIn,
        responses={201: CommentOut, **REFUSALS},
    )
    def post(self, request: Request, round: str) -> Response:
        user_id = signed_in(request)
        text = asked(CommentIn, request)["text"]
        round_id = row_id(round, missing=NoSuchRound)
        made = add_comment(round_id=round_id, user_id=user_id, text=text)
        return Response(comment_json(made, user_id=user_id), status=201)


class CommentView(APIView):
    """One's own comment: to say it in other words, or to take it back."""

    @extend_schema(
        operation_id="votes_comments_edit",
        request=CommentIn,
        responses={200: CommentOut, **REFUSALS},
    )
    def patch(self, request: Request, comment: str) -> Response:
        user_id, comment_id = signed_in(request), row_id(comment, missing=NoSuchComment)
        text = asked(CommentIn, request)["text"]
        made = edit_comment(comment_id=comment_id, user_id=user_id, text=text)
        return Response(comment_json(made, user_id=user_id))

    @extend_schema(operation_id="votes_comments_delete", responses={204: None, **TAKEN_BACK})
    def delete(self, request: Request, comment: str) -> Response:
        comment_id = row_id(comment, missing=NoSuchComment)
        delete_comment(comment_id=comment_id, user_id=signed_in(request))
        return Response(status=204)


class Like(APIView):
    """That one likes a comment, or no more: the desired state."""

    @extend_schema(
        operation_id="votes_comments_like",
        request=None,
        responses={200: CommentOut, **problems(401, 403, 404, 409)},
    )
    def put(self, request: Request, comment: str) -> Response:
        return self.answer(request, comment, wanted=True)

    @extend_schema(
        operation_id="votes_comments_unlike",
        responses={200: CommentOut, **problems(401, 403, 404, 409)},
    )
    def delete(self, request: Request, comment: str) -> Response:
        return self.answer(request, comment, wanted=False)

    def answer(self, request: Request, comment: str, *, wanted: bool) -> Response:
        """Let it be as it is wanted."""
        user_id, comment_id = signed_in(request), row_id(comment, missing=NoSuchComment)
        made = like_comment(comment_id=comment_id, user_id=user_id, wanted=wanted)
        return Response(comment_json(made, user_id=user_id))


class Reviews(ListAPIView[Review]):
    """How it was where a round has led. PUT and DELETE are of one's own review."""

    permission_classes = [IsAuthenticatedOrReadOnly]
    serializer_class = ReviewAnswer
    pagination_class: type[BasePagination] = LatestReviews

    def get_queryset(self) -> QuerySet[Review]:
        round_id = known_round(self.kwargs["round"])
        return Review.objects.filter(round=round_id).select_related("user")

    @extend_schema(
        operation_id="votes_reviews_list",
        responses={200: ReviewOut(many=True), **problems(400, 401, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="votes_reviews_write", request=ReviewIn, responses={200: ReviewOut, **REFUSALS}
    )
    def put(self, request: Request, round: str) -> Response:
        user_id, round_id = signed_in(request), row_id(round, missing=NoSuchRound)
        made = review_place(round_id=round_id, user_id=user_id, **asked(ReviewIn, request))
        return Response(review_json(made))

    @extend_schema(operation_id="votes_reviews_delete", responses={204: None, **TAKEN_BACK})
    def delete(self, request: Request, round: str) -> Response:
        delete_review(round_id=known_round(round), user_id=signed_in(request))
        return Response(status=204)


class Suggestions(APIView):
    """Put a place or a menu up for vote; one that is up already stays as it is."""

    @extend_schema(
        operation_id="votes_suggest",
        request=SuggestionIn,
        responses={200: SuggestionOut, **REFUSALS},
    )
    def post(self, request: Request, round: str) -> Response:
        user_id, round_id = signed_in(request), row_id(round, missing=NoSuchRound)
        said = asked(SuggestionIn, request)
        missing = NoSuchPlace if said["kind"] == Kind.PLACE else NoSuchMenu
        target_id = row_id(said["id"], missing=missing)
        option = suggest(round_id=round_id, user_id=user_id, kind=said["kind"], target_id=target_id)
        return Response({**named_json(option), "votes": option.num_votes})


def comment_json(comment: Comment, *, user_id: int | None) -> dict[str, Any]:
    """Return a comment as one person sees it."""
    liked = getattr(comment, "liked", None)
    if liked is None:
        liked = CommentLike.objects.filter(comment=comment, user=user_id).exists()
    said: Any = live.comment_change(comment).value
    return {
        **said,
        "mine": comment.user_id == user_id,
        "liked": liked,
    }


def review_json(review: Review) -> dict[str, Any]:
    """Return a review, with who wrote it."""
    return {
        "author": review.user.get_full_name(),
        "place": str(review.place_id),
        "stars": review.stars,
        "text": review.text,
        "written_at": live.instant(review.written_at),
    }
