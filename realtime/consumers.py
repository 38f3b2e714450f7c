"""The socket `/ws/live`: parses, asks the hub, and says no."""

import asyncio
import logging
import uuid
from collections.abc import Hashable
from typing import Any, cast

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error as DatabaseError

from core.errors import DomainError
from realtime import frames, limits, measures
from realtime.errors import NotWatched, SignInFirst, TooManyTopics, TypingRefused
from realtime.frames import CLOSE_CODES, Style, close_code
from realtime.hub import get_hub
from realtime.origins import is_trusted
from realtime.reading import read
from realtime.requests import Request, Senseless, check_format, parse_frame
from realtime.sign_in import Visitor
from realtime.sinks import EXTENSION, AsgiSink, Sink
from realtime.topics import check_right, find
from realtime.watchers import Watcher

logger = logging.getLogger(__name__)

sockets = limits.Sockets()

_num_open = 0


def _count(by: int) -> None:
    global _num_open
    _num_open += by
    measures.connections.set(_num_open)


class Refused(Exception):
    """The handshake stands, but the socket is closed at once, with the reason in a frame."""

    status = 0  # all codes have close codes of their own

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Door(AsyncWebsocketConsumer):
    """A socket that takes no channel of the channel layer: the hub listens for all of them."""

    channel_layer_alias = "none"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket until it ends, or until it cannot even be closed."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self.dead = False
        _count(+1)
        given: Sink | None = (scope.get("extensions") or {}).get(EXTENSION)
        self.sink: Sink = given or AsgiSink(send, on_dead=lambda: self._end(task))
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if not self.dead:
                raise
        finally:
            _count(-1)
            self.leave()

    async def dispatch(self, message: Any) -> None:
        """Call the handler, without the hop through a thread that Channels makes for each call."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: Any) -> None:
        """Accept always: a browser takes a refused handshake for a broken network."""
        await self.accept()
        try:
            await self.enter()
        except (Refused, DomainError) as refusal:
            await self.sink.say(frames.error(refusal.code))
            self.sink.close(close_code(refusal.code, status=refusal.status))

    async def websocket_disconnect(self, message: Any) -> None:
        """End."""
        raise StopConsumer

    async def enter(self) -> None:
        """Let the visitor in, or raise what keeps them out."""

    def leave(self) -> None:
        """Forget the visitor."""

    def _end(self, task: "asyncio.Task[Any]") -> None:
        self.dead = True
        task.cancel()


class Nowhere(Door):
    """Every path at which no socket lives."""

    async def enter(self) -> None:
        """Say that there is nothing here."""
        raise Refused("unknown_path")


class Live(Door):
    """`/ws/live`, see docs: subscribe, unsubscribe, typing, ping."""

    async def enter(self) -> None:
        """Check who comes from where, greet them, and begin."""
        self.names: list[str] = []
        self.messages = limits.Messages()
        self.num_blunders = 0
        self.was_let_in = False
        try:
            self.visitor = Visitor(self.scope)
        except ValueError as problem:
            raise Refused("malformed") from problem
        self.watcher = Watcher(self.sink, self.visitor)
        await self._admit()
        await self.sink.say(frames.ack(uuid.uuid4().hex))
        await self.begin()

    def leave(self) -> None:
        """Forget the visitor."""
        if hasattr(self, "watcher"):
            get_hub().leave(self.watcher)
            sockets.leave(self.names)
            self.names = []

    async def websocket_receive(self, message: Any) -> None:
        """Do what a frame asks, unless they come too fast or make no sense."""
        if self._is_flooding():
            return
        try:
            await self.do(parse_frame(message.get("text")))
        except Senseless as blunder:
            await self._bear(blunder.code)

    async def _admit(self) -> None:
        if not is_trusted(self.visitor.origin, host=self.visitor.host):
            raise Refused("origin_refused")
        await self.visitor.redeem()
        names = limits.names_of(person=self.visitor.person, address=self.visitor.address)
        if not sockets.enter(names):
            raise Refused("too_many_sockets")
        self.names = names

    async def begin(self) -> None:
        """Subscribe to the topics of the address; raise what makes it senseless."""
        topics = list(dict.fromkeys(filter(None, self.visitor.query.get("topics", "").split(","))))
        if not topics:
            return
        try:
            format_ = check_format(self.visitor.query.get("format", "batch"))
        except Senseless as blunder:
            raise Refused("malformed") from blunder
        for topic in topics:
            await self.subscribe(topic, format_)
        self.watcher.come_for(topics_alone=True)

    async def do(self, request: Request) -> None:
        """Do what `request` asks; raise `Senseless` where it makes no sense."""
        if request.type == "ping":
            await self.sink.say(PONG)
        elif request.type == "unsubscribe":
            for topic in request.topics:
                get_hub().unwatch(self.watcher, topic)
        elif request.type == "typing":
            for topic in request.topics:
                await self._type(topic)
        else:
            self.watcher.come_for(topics_alone=False)
            for topic in request.topics:
                await self.subscribe(topic, request.format)

    async def subscribe(self, topic: str, format_: str) -> None:
        """Watch `topic`, or say why that cannot be."""
        try:
            await self._check(topic)
        except DomainError as refusal:
            self.watcher.refuse(topic[:100], refusal.code)
            return
        language = self.visitor.language if format_ == "html" else ""
        get_hub().watch(self.watcher, topic, Style(format_, language))

    async def _check(self, topic: str) -> None:
        kind, _ = find(topic)
        if topic not in self.watcher.watches:
            if len(self.watcher.watches) >= limits.TOPICS_PER_SOCKET:
                raise TooManyTopics
            if not kind.public:
                await self._check_right(topic)

    async def _check_right(self, topic: str) -> None:
        if self.expelled:
            raise SignInFirst(topic=topic)
        await read(check_right, topic, await self.visitor.user())
        self.watcher.badge = self.visitor.badge
        self.was_let_in = True

    async def _type(self, topic: str) -> None:
        try:
            self._check_typing(topic)
            get_hub().typists.signal(topic, await self._typist())
        except DomainError as refusal:
            await self.sink.say(frames.error(refusal.code, topic[:100]))
        except DatabaseError:  # whoever cannot be named might be counted twice
            logger.debug("A typist could not be named", exc_info=True)

    def _check_typing(self, topic: str) -> None:
        kind, _ = find(topic)
        if topic not in self.watcher.watches:
            raise NotWatched(topic=topic)
        if not kind.typing:
            raise TypingRefused(topic=topic)

    async def _typist(self) -> Hashable:
        """Return the person who types here or, where nobody is signed in, the socket."""
        user = await self.visitor.user()
        return user.pk if user.is_authenticated else self.watcher

    @property
    def expelled(self) -> bool:
        """Tell whether this socket's sign-in has ended; a new socket may have a new one."""
        return self.was_let_in and self.watcher.badge is None

    def _is_flooding(self) -> bool:
        num_messages = self.messages.count(asyncio.get_running_loop().time())
        if num_messages >= limits.FLOOD:
            self.sink.close(CLOSE_CODES["slow_down"])
        elif num_messages == limits.MESSAGES + 1:
            self.sink.write(frames.error("slow_down"))
        return num_messages > limits.MESSAGES

    async def _bear(self, code: str) -> None:
        await self.sink.say(frames.error(code))
        self.num_blunders += 1
        if code in CLOSE_CODES and code != "malformed":
            self.sink.close(CLOSE_CODES[code])
        elif self.num_blunders >= limits.BLUNDERS:
            self.sink.close(CLOSE_CODES["malformed"])


PONG = frames.encode({"type": "pong"})
