"""What goes over the wire, documented here, so that OpenAPI says the same."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from voting.models import Kind, Status, TieRule


@extend_schema_field(OpenApiTypes.DOUBLE)
class Share(serializers.Field):  # type: ignore[type-arg]
    """A part of a whole, or a mean."""


class MenuOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)


class PlaceOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    price_level = serializers.IntegerField(allow_null=True, help_text="1, cheap, to 4, dear.")
    distance = serializers.IntegerField(allow_null=True, help_text="Metres from the office.")
    picture = serializers.CharField(allow_null=True)
    memo = serializers.CharField(allow_blank=True)
    menus = MenuOut(many=True)


class TeamOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class ByKind(serializers.Serializer[Any]):
    """The id of a place and of a menu, and a day."""

    place = serializers.CharField(allow_null=True)
    menu = serializers.CharField(allow_null=True)
    date = serializers.CharField(allow_null=True)


class RoundFigures(serializers.Serializer[Any]):
    """A round as the topic `votes.<round>` tells it, too."""

    id = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField(help_text=", ".join(Status.values))
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    anonymous = serializers.BooleanField()
    votes = serializers.IntegerField()
    voters = serializers.IntegerField()
    eligible = serializers.IntegerField(help_text="How many may vote.")
    turnout = Share(help_text="From 0 to 1.")
    leaders = ByKind()
    settled = serializers.BooleanField()
    tie_rule = serializers.ChoiceField(TieRule.values)
    seed_hash = serializers.CharField(help_text="SHA-256 of the seed that draws.")
    seed = serializers.CharField(allow_null=True, help_text="Told when it is settled.")
    run_off = serializers.CharField(allow_null=True, help_text="The round that breaks the tie.")
    ate_at = serializers.CharField(allow_null=True, help_text="The place.")
    winner = ByKind(allow_null=True)


class MaxChoices(serializers.Serializer[Any]):
    """How many one may choose of each kind; 0: that is not up for vote."""

    places = serializers.IntegerField()
    menus = serializers.IntegerField()
    dates = serializers.IntegerField()


class RoundOut(RoundFigures):
    """A round in a list."""

    team = TeamOut(allow_null=True, help_text="Null: the whole office.")
    day = serializers.DateField()
    suggestions_allowed = serializers.BooleanField()
    max_choices = MaxChoices()


class TallyOut(serializers.Serializer[Any]):
    votes = serializers.IntegerField()
    mine = serializers.BooleanField()
    leading = serializers.BooleanField()


class PlaceTally(PlaceOut, TallyOut):
    """A place that is up for vote."""


class MenuTally(MenuOut, TallyOut):
    """A menu that is up for vote."""


class DateTally(TallyOut):
    id = serializers.CharField(help_text="The day.")
    name = serializers.CharField()


class RoundDetail(RoundOut):
    """A round with all that is up for vote in it."""

    places = PlaceTally(many=True)
    menus = MenuTally(many=True)
    dates = DateTally(many=True)
    eligible_me = serializers.BooleanField(help_text="Whether whoever asks may vote in it.")
    server_time = serializers.DateTimeField()


class TodayOut(serializers.Serializer[Any]):
    round = RoundDetail(allow_null=True)
    server_time = serializers.DateTimeField()


class CastOption(serializers.Serializer[Any]):
    round = serializers.CharField()
    kind = serializers.ChoiceField(Kind.values)
    id = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    votes = serializers.IntegerField()
    leading = serializers.BooleanField()
    withdrawn = serializers.BooleanField()


class Mine(serializers.Serializer[Any]):
    """One's whole ballot, in the order in which one chose."""

    places = serializers.ListField(child=serializers.CharField())
    menus = serializers.ListField(child=serializers.CharField())
    dates = serializers.ListField(child=serializers.CharField())


class CastOut(serializers.Serializer[Any]):
    changed = serializers.BooleanField(help_text="False where it was so before.")
    round = RoundFigures()
    option = CastOption()
    mine = Mine()
    server_time = serializers.DateTimeField()


class HistoryOption(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="As on the topic: `place.3`.")
    kind = serializers.ChoiceField(Kind.values)
    id = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)


class HistoryOut(serializers.Serializer[Any]):
    options = HistoryOption(many=True)
    points = serializers.ListField(
        child=serializers.ListField(),
        help_text="Each is `[milliseconds since 1970, an option's key, its votes from then on]`.",
    )
