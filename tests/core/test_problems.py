"""Refusals as problem+json."""

import orjson
from rest_framework import serializers

from core.problems import api_problem


class Numbers(serializers.Serializer):
    numbers = serializers.ListField(child=serializers.IntegerField())


def test_what_is_wrong_in_a_list_is_named_by_its_place():
    form = Numbers(data={"numbers": [1, "two", 3]})
    try:
        form.is_valid(raise_exception=True)
    except serializers.ValidationError as error:
        answer = api_problem(error, {})

    body = orjson.loads(answer.content)
    assert (answer.status_code, body["code"]) == (400, "invalid")
    assert list(body["errors"]["numbers"]) == ["1"]
