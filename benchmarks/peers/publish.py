"""A publisher for the peers in Python: `publish.py fastapi|channels TEMPLATE`.

TEMPLATE is the JSON of one of Jari's frames, so that every server sends the same.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from channels_redis.pubsub import RedisPubSubChannelLayer
from redis.asyncio import Redis
from rig.publishers import answer_lines_async, stamp


async def main(peer: str, frame: dict[str, Any]) -> None:
    address = os.environ["REDIS_URL"]
    redis = Redis.from_url(address)
    layer = RedisPubSubChannelLayer(hosts=[{"address": address, "socket_timeout": None}])

    async def publish(number: int) -> None:
        frame["seq"] = frame["changes"][0]["version"] = number
        frame["changes"][0]["value"]["name"] = stamp(number)
        if peer == "fastapi":
            await redis.publish(frame["topic"], json.dumps(frame, separators=(",", ":")))
        else:
            await layer.group_send(frame["topic"], {"type": "topic.update", "content": frame})

    await answer_lines_async(publish)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
