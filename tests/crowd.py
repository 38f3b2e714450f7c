"""A crowd that wants more tickets than there are, each in a way of their own, over HTTP.

They buy, dawdle, change their minds, send everything twice, close the laptop in the line or at the
till; those who vanish tell nobody that they have gone.
"""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from random import Random
from typing import Any

from tests.stack import Stack

PEOPLE, TICKETS, LIMIT, THRESHOLD = 200, 60, 2, 20
AT_MOST = 120.0  # seconds until who is still there has been forgotten; it takes about 70
OFTEN = 1.5  # seconds: they ask a little more often than they are told to
TOLD_TWICE = 2
CARD = {"payment": {"provider": "sandbox"}}

# Those who vanish are gone within the test, and what they held comes back.
QUICK = """
from queueing.models import WaitingRoom
from queueing.services.steering import configure_room
from ticketing.models import Event
room = WaitingRoom.objects.get(event_id={event})
changes = dict(claim_seconds=15, idle_seconds=30, grace_seconds=30, grace_signed_in_seconds=30)
configure_room(room_id=room.pk, changes=changes, by=None)
Event.objects.filter(pk={event}).update(hold_minutes=1)
"""


class Sale:
    """The event, what everybody came to, and what was seen of the line meanwhile."""

    def __init__(self, jari: Stack, made: dict[str, Any]) -> None:
        self.jari = jari
        self.event = made["event"]
        (self.ticket_type,) = made["ticket_types"]
        self.until = time.monotonic() + AT_MOST
        self.ends: dict[str, list[str]] = {}
        self.bought = 0
        self.answers: Counter[tuple[str, int]] = Counter()
        self.lock = threading.Lock()
        self.seen: list[dict[str, Any]] = []
        self.stocks: list[dict[str, Any]] = []
        self.over = threading.Event()

    def end(self, name: str, how: str, tickets: int = 0) -> None:
        with self.lock:
            self.ends.setdefault(how, []).append(name)
            self.bought += tickets

    def may_return(self) -> bool:
        """Tell whether somebody may still get a ticket."""
        return not self.stocks or self.stocks[-1]["sold"] < TICKETS

    def watch(self) -> None:
        """Look at the line and at the stock all the time, as somebody who does not join."""
        while not self.over.wait(0.25):
            _, turn = self.jari.get(f"/api/queue/status/{self.event}")
            _, event = self.jari.get(f"/api/events/{self.event}")
            if turn is not None and event is not None:
                self.seen.append(turn)
                self.stocks.append(event["ticket_types"][0])


class Person(threading.Thread):
    """One who wants tickets, in a way of their own."""

    MANY = ("buy", "buy", "buy", "dawdle", "send twice", "leave", "cancel", "vanish in line")
    WAYS = (*MANY, "buy", "vanish inside", *MANY, "dawdle", "vanish at the till")

    def __init__(self, sale: Sale, number: int, token: str) -> None:
        super().__init__(name=f"{number} ({self.WAYS[number % len(self.WAYS)]})", daemon=True)
        self.sale = sale
        self.way = self.WAYS[number % len(self.WAYS)]
        self.chance = Random(number)
        self.token = token
        self.numbers: list[int] = []
        self.positions: list[int] = []
        self.sold_out = 0
        self.hopeful = self.way in {"buy", "dawdle"}  # waits for what others give back

    def run(self) -> None:
        time.sleep(self.chance.uniform(0, 2))
        try:
            how, tickets = self._try_all()
        except Exception as error:
            how, tickets = f"broke down: {error!r}", 0
        self.sale.end(self.name, how, tickets)

    def _try_all(self) -> tuple[str, int]:
        turn = self._check()
        while time.monotonic() < self.sale.until:
            if turn["state"] == "admitted":
                if (end := self._shop(turn)) is not None:
                    return end
                turn = self._check()
                continue
            if self.way in {"leave", "vanish in line"} and len(self.positions) > 2:
                return self._go()
            self.sold_out += turn["reason"] == "sold_out"
            if self.sold_out > TOLD_TWICE and not (self.hopeful and self.sale.may_return()):
                self._post(f"queue/leave/{self.sale.event}")
                return "was told that it is sold out", 0
            time.sleep(min(turn["poll_after"], OFTEN))
            turn = self._check()
        return "is still there", 0

    def _go(self) -> tuple[str, int]:
        if self.way == "leave":
            self._post(f"queue/leave/{self.sale.event}")
            return "left", 0
        return "vanished", 0

    def _check(self) -> dict[str, Any]:
        status, turn = self._post(f"queue/check/{self.sale.event}")
        assert status == 200, turn
        if turn["number"] is not None and turn["state"] == "waiting":
            if self.numbers and self.numbers[-1] != turn["number"]:
                self.positions.clear()
            self.numbers.append(turn["number"])
            self.positions.append(turn["position"])
        return turn

    def _shop(self, turn: dict[str, Any]) -> tuple[str, int] | None:
        """Buy; None where one has to line up again."""
        if self.way == "vanish inside":
            return "vanished", 0
        quantity = self.chance.randint(1, LIMIT)
        item = {"ticket_type": self.sale.ticket_type, "quantity": quantity}
        wish = {"event": self.sale.event, "items": [item]}
        sent = {"Admission-Pass": turn["pass"], "Idempotency-Key": str(uuid.uuid4())}
        status, held = self._post("reservations", wish, **sent)
        if self.way == "send twice":
            assert (status, held.get("id")) == self._id_of(self._post("reservations", wish, **sent))
        if status == 409:
            assert held["code"] == "sold_out"
            self._post(f"queue/leave/{self.sale.event}")
            return "was told that it is sold out", 0
        if status == 403:
            assert held["code"] == "admission_required"
            return None
        assert status == 201, held
        return self._finish(held["id"], quantity)

    def _finish(self, held: str, quantity: int) -> tuple[str, int] | None:
        if self.way == "vanish at the till":
            return "vanished", 0
        if self.way == "cancel":
            self.way = "buy"
            assert self._post(f"reservations/{held}/cancel")[0] == 200
            return None
        if self.way == "dawdle":
            time.sleep(self.chance.uniform(2, 8))
        for _ in range(2 if self.way == "send twice" else 1):
            status, bought = self._post(f"reservations/{held}/confirm", CARD)
            assert (status, bought["status"]) == (200, "confirmed"), bought
        assert len(bought["tickets"]) == quantity
        return "bought", quantity

    @staticmethod
    def _id_of(answer: tuple[int, Any]) -> tuple[int, Any]:
        return answer[0], answer[1].get("id")

    def _post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.sale.jari.port, timeout=30)
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            line.request("POST", f"/api/{path}", json.dumps(body or {}), {**sent, **headers})
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        with self.sale.lock:
            self.sale.answers[path.split("/")[0] + path.rpartition("/")[2][:4], answer.status] += 1
        return answer.status, json.loads(content)
