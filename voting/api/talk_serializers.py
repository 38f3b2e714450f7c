"""What people say and gather, over the wire; documented here, so that OpenAPI says the same."""

from typing import Any

from rest_framework import serializers

from voting.api.serializers import RoundOut, Share
from voting.models import Kind


class CommentOut(serializers.Serializer[Any]):
    round = serializers.CharField()
    id = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    likes = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted = serializers.BooleanField()
    mine = serializers.BooleanField()
    liked = serializers.BooleanField(help_text="By whoever asks.")


class CommentIn(serializers.Serializer[Any]):
    text = serializers.CharField(
        allow_blank=True, trim_whitespace=False, help_text="500 letters at most."
    )


class ReviewOut(serializers.Serializer[Any]):
    author = serializers.CharField()
    place = serializers.CharField()
    stars = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    written_at = serializers.DateTimeField()


class ReviewIn(serializers.Serializer[Any]):
    stars = serializers.IntegerField(help_text="One to five.")
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, default="")


class SuggestionIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.values, help_text="`place` or `menu`.")
    id = serializers.CharField(help_text="Of a place or menu; POST it first where it is new.")

    def validate_kind(self, kind: str) -> str:
        """Refuse days: when a round is about is for operators to say."""
        if kind == Kind.DATE:
            raise serializers.ValidationError
        return kind


class SuggestionOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.values)
    id = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    votes = serializers.IntegerField()


class Ids(serializers.ListField):
    """Public ids; what is wrong with one of them is said of them all."""

    child = serializers.CharField()

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        """Refuse by name: which of them it was would be a number, which no JSON can key by."""
        try:
            return super().run_child_validation(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError from error


class PlaceIn(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    link = serializers.CharField(required=False, allow_blank=True)
    price_level = serializers.IntegerField(required=False, allow_null=True)
    distance = serializers.IntegerField(required=False, allow_null=True)
    memo = serializers.CharField(required=False, allow_blank=True)
    menus = Ids(required=False, max_length=50, help_text="Ids of menus.")


class MenuIn(serializers.Serializer[Any]):
    name = serializers.CharField()
    name_en = serializers.CharField(required=False, allow_blank=True)


class RankOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.values)
    id = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    votes = serializers.IntegerField()
    share = Share(help_text="Of the voters, from 0 to 1.")
    won = serializers.BooleanField()


class ResultsOut(serializers.Serializer[Any]):
    """What came of a round, or would if it closed now: the most votes first."""

    round = RoundOut()
    places = RankOut(many=True)
    menus = RankOut(many=True)
    dates = RankOut(many=True)
    stars = Share(allow_null=True, help_text="The mean of its reviews.")
    server_time = serializers.DateTimeField()


class VotersOfOption(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.values)
    id = serializers.CharField()
    voters = serializers.ListField(child=serializers.CharField())


class VotersOut(serializers.Serializer[Any]):
    options = VotersOfOption(many=True)


class FavouriteOut(serializers.Serializer[Any]):
    place = serializers.CharField()
    name = serializers.CharField()
    wins = serializers.IntegerField()
    votes = serializers.IntegerField()
    rounds = serializers.IntegerField()
    stars = Share(allow_null=True)
    eaten_on = serializers.DateField(allow_null=True)


class TurnoutOut(serializers.Serializer[Any]):
    round = serializers.CharField()
    title = serializers.CharField()
    day = serializers.DateField()
    voters = serializers.IntegerField()
    eligible = serializers.IntegerField()
    turnout = Share()


class StreakOut(serializers.Serializer[Any]):
    current = serializers.IntegerField()
    longest = serializers.IntegerField()


class StatisticsOut(serializers.Serializer[Any]):
    since = serializers.DateField()
    favourites = FavouriteOut(many=True)
    turnouts = TurnoutOut(many=True)
    streak = StreakOut(allow_null=True, help_text="Of whoever asks.")


class StatisticsQuery(serializers.Serializer[Any]):
    since = serializers.DateField(required=False, help_text="90 days ago, unless it is said.")
    team = serializers.CharField(required=False, help_text="The id of a team.")
