import asyncio
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.realtime.stage import open_hub, socket


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    some.lists(
        some.one_of(
            some.binary(min_size=1, max_size=200),
            some.text(min_size=1, max_size=200),
            some.recursive(
                some.none() | some.integers() | some.text(max_size=9),
                lambda inner: some.dictionaries(
                    some.sampled_from(["type", "topic", "format", "x"]), inner, max_size=4
                ),
                max_leaves=8,
            ).map(lambda value: json.dumps(value)),
        ),
        max_size=4,
    )
)
def test_garbage_never_ends_in_a_traceback(garbage):
    async def throw():
        async with open_hub(), socket() as talk:
            await talk.receive_json_from()
            for frame in garbage:
                kind = "bytes_data" if isinstance(frame, bytes) else "text_data"
                await talk.send_to(**{kind: frame})
                answer = await talk.receive_json_from()
                assert answer["type"] in {"error", "pong"}

    asyncio.run(throw())
