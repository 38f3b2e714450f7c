"""The socket `/ws/votes`: one round, in the dialect of one frame a change."""

from django.db import Error as DatabaseError

from realtime.consumers import Live
from realtime.errors import MayNotWatch, Unavailable
from realtime.reading import read
from realtime.requests import Request, Senseless
from voting.errors import NoSuchRound
from voting.live import round_topic
from voting.services.looking import round_for


class Votes(Live):
    """`/ws/votes?emp_no=&round=`, see docs: typing, ping; the address says what is watched."""

    async def begin(self) -> None:
        """Watch the round of the address or today's; raise what forbids it."""
        try:
            await self._check_number()
            topic = await self._topic()
        except DatabaseError as problem:
            raise Unavailable from problem
        await self.subscribe(topic, "events")
        self.watcher.come_for(topics_alone=True)

    async def do(self, request: Request) -> None:
        """Do what `request` asks, but for watching anything else."""
        if request.type in ("subscribe", "unsubscribe"):
            raise Senseless("unknown_type")
        await super().do(request)

    async def _check_number(self) -> None:
        """Raise `MayNotWatch` if the address has an employee number that is not the visitor's."""
        number = self.visitor.query.get("emp_no")
        if number is not None and number != getattr(await self.visitor.user(), "emp_no", None):
            raise MayNotWatch

    async def _topic(self) -> str:
        asked = self.visitor.query.get("round")
        if asked is not None:
            return f"votes.{asked}"
        user = await self.visitor.user()
        known = await read(round_for, user.pk)
        if known is None:
            raise NoSuchRound
        return round_topic(known.pk)
