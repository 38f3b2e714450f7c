"""Redis is lost in the middle of a sale, for real: everybody comes back by what they keep."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import count
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from redis import Redis

from accounts.tokens import issue_access
from queueing.guard import now_in_milliseconds
from queueing.jobs import tick
from queueing.line import Line
from queueing.models import WaitingRoom
from queueing.passes import Pass, sign_pass
from queueing.verifying import verify
from tests.builders import a_ticket_type, a_user, an_event
from tests.queueing.asking import pass_time
from tests.queueing.rooms import a_room
from tests.realtime.stage import Valkey
from tests.security.serving import Answer, Web, database_url
from tests.stack import wait_for
from ticketing.models import Reservation

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]

LONGEST = 3.0  # seconds that an answer may take while Redis is away
THRESHOLD = 3
RECOVERY = 31  # seconds
names = count()


class House:
    """A web process and the Redis that a test may take from it."""

    def __init__(self, web: Web, valkey: Valkey) -> None:
        self.web = web
        self.valkey = valkey

    def save(self) -> None:
        """Have Redis write down what it knows now."""
        with Redis.from_url(self.valkey.url) as redis:
            redis.save()

    def flush(self) -> None:
        with Redis.from_url(self.valkey.url) as redis:
            redis.flushall()

    def restart(self, *, empty: bool) -> None:
        """Kill it, and start it with what it has written down, if anything."""
        self.valkey.kill()
        if empty:
            (self.valkey.folder / "dump.rdb").unlink(missing_ok=True)
        self.valkey.start()


@pytest.fixture(scope="module")
def whole(django_db_setup: None) -> Iterator[House]:
    valkey = Valkey(mkdtemp(prefix="jari-"))
    valkey.start()
    with Web(database=database_url(), redis=valkey.url, THROTTLE="0") as web:
        yield House(web, valkey)
    valkey.close()


@pytest.fixture
def house(whole, settings):
    """The house, whose worker is the test itself."""
    settings.REDIS_URL = whole.valkey.url
    yield whole
    if whole.valkey.process.poll() is not None:
        whole.valkey.start()
    whole.flush()


class Person:
    """Asks over HTTP, and keeps what they are given: a browser in cookies, a program by itself."""

    def __init__(self, house: House, event: Any, *, member: bool) -> None:
        self.house, self.event = house, event
        self.user = a_user(f"p{next(names)}") if member else None
        self.cookies: dict[str, str] = {}
        self.proofs: dict[str, str] = {}
        self.number = 0

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if self.user is not None:
            headers["Authorization"] = f"Bearer {issue_access(self.user.pk)}"
        if self.cookies:
            jar = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
            headers["Cookie"] = jar
        text = None if body is None else json.dumps(body)
        headers["Content_Type"] = "application/json"
        answer = self.house.web.ask(method, f"/api/{path}", text, **headers)
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def check(self) -> dict[str, Any]:
        """Line up, or come back, with all that was kept."""
        proofs = self.proofs if self.user else {}
        return self._keep(self.ask("POST", f"queue/check/{self.event.pk}", proofs))

    def status(self) -> dict[str, Any]:
        headers = {"Admission_Pass": self.proofs["pass"]} if "pass" in self.proofs else {}
        return self._keep(self.ask("GET", f"queue/status/{self.event.pk}", **headers))

    def leave(self) -> None:
        assert self.ask("POST", f"queue/leave/{self.event.pk}").status == 200

    def hold(self, admission: str = "") -> Answer:
        admission = admission or self.proofs.get("pass", "")
        headers = {"Admission_Pass": admission} if admission else {}
        (ticket_type,) = self.event.ticket_types.all()
        items = [{"ticket_type": str(ticket_type.pk), "quantity": 1}]
        wish = {"event": str(self.event.pk), "items": items}
        return self.ask("POST", "reservations", wish, **headers)

    def pay(self, held: Answer) -> Answer:
        body = {"payment": {"provider": "sandbox"}}
        return self.ask("POST", f"reservations/{held.json()['id']}/confirm", body)

    def _keep(self, answer: Answer) -> dict[str, Any]:
        assert answer.status == 200, answer.content[:500]
        turn = answer.json()
        self.number = turn["number"] or self.number
        if self.user is not None:
            self.proofs = {name: turn[name] for name in ("place", "pass") if turn[name]}
        return turn


class Sale:
    """A sale with three inside, one of them at the till, and some who wait."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.event = an_event()
        a_ticket_type(self.event, capacity=100, max_per_person=10)
        self.room = a_room(
            event=self.event, threshold=THRESHOLD, rate=100_000, releases_on_buying=False
        )
        self.inside = self.arrive(THRESHOLD, guests=False)
        tick()
        assert [one.status()["state"] for one in self.inside] == ["admitted"] * THRESHOLD
        self.waiting: list[Person] = []

    def arrive(self, number: int, *, guests: bool = True) -> list[Person]:
        came = [
            Person(self.house, self.event, member=n % 2 == 0 or not guests) for n in range(number)
        ]
        for one in came:
            one.check()
        return came

    def line(self) -> Any:
        return Line(self.event.pk).room()

    def call_all(self, people: list[Person]) -> list[Person]:
        """Let everybody in, one after the other; return them as they came in."""
        came: list[Person] = []
        for _ in range(3 * len(people)):
            tick()
            assert self.line().active <= THRESHOLD
            for one in [one for one in people if one not in came]:
                if one.status()["state"] == "admitted":
                    came.append(one)
                    one.leave()
        return came


@pytest.fixture
def sale(house: House) -> Sale:
    return Sale(house)


def lose(house: House, way: str) -> None:
    if way == "flushed":
        house.flush()
    else:
        house.restart(empty=way == "empty")


@pytest.mark.parametrize("way", ["flushed", "empty", "old"])
def test_all_come_back_by_their_proofs_in_the_old_order(house, sale, way):
    holder, shopper, other = sale.inside
    sale.waiting += sale.arrive(4)
    house.save()  # of what comes now an old snapshot knows nothing
    held = holder.hold()
    other.leave()
    tick()
    called, *rest = sale.waiting
    assert called.status()["state"] == "admitted"
    rest += sale.arrive(4)
    order = [one.number for one in rest]
    given = [*(one.number for one in sale.inside), called.number, *order]

    lose(house, way)
    (newcomer,) = sale.arrive(1)
    tick()
    assert sale.line().active <= THRESHOLD
    for one in Random(5).sample(rest, len(rest)):
        turn = one.check() if one.user else one.status()  # a browser needs but to ask
        assert (turn["state"], turn["reason"]) == ("waiting", "recovering")
    assert shopper.status()["state"] == called.status()["state"] == "admitted"
    for _ in range(3):
        tick()

    # The order is the old one, newcomers are behind it, and numbers are nobody else's.
    assert [one.number for one in rest] == order
    turns = [one.status() for one in [*rest, newcomer]]
    assert [turn["position"] for turn in turns] == list(range(len(turns)))
    assert [turn["state"] for turn in turns] == ["waiting"] * len(turns)
    assert newcomer.number > max(given)
    assert len({*given, newcomer.number}) == len(given) + 1
    # Who holds something pays, whether or not they have asked for anything meanwhile.
    assert holder.pay(held).status == 200
    assert shopper.hold().status == 201
    # And the line goes on, each once.
    pass_time(sale.event, RECOVERY)
    for one in (holder, shopper, called):
        one.leave()
    assert sale.call_all([*rest, newcomer]) == [*rest, newcomer]
    assert verify(WaitingRoom.objects.get(pk=sale.room.pk)) is None


def test_who_comes_back_late_is_next(house, sale):
    first, second, third = sale.arrive(3, guests=False)
    house.flush()
    second.check()
    third.check()
    pass_time(sale.event, RECOVERY)

    turn = first.check()

    assert (turn["position"], second.status()["position"]) == (0, 1)


def test_it_may_be_lost_again_and_again(house, sale):
    people = sale.arrive(5)
    for way in ("flushed", "empty", "flushed"):
        lose(house, way)
        people += sale.arrive(1)
        for one in Random(7).sample(people, len(people)):
            one.check()

    numbers = [one.number for one in people]

    assert numbers == sorted(set(numbers))
    assert [one.status()["position"] for one in people] == list(range(8))


def test_who_was_inside_is_inside_once(house, sale):
    house.save()
    house.restart(empty=False)

    for one in sale.inside * 3:
        assert one.check()["state"] == one.status()["state"] == "admitted"
    tick()

    assert sale.line().active == THRESHOLD


def test_a_line_that_was_cleared_before_a_snapshot_was_taken_back_stays_cleared(house, sale):
    """An old snapshot has the old epoch; the next beat begins the line that PostgreSQL knows."""
    (one,) = sale.arrive(1, guests=False)
    house.save()
    WaitingRoom.objects.filter(pk=sale.room.pk).update(epoch=2, version=9)

    house.restart(empty=False)
    tick()

    assert (sale.line().epoch, sale.line().waiting) == (2, 0)
    wait_for(lambda: one.check()["number"] > 4, seconds=5)


# While it is away


@contextmanager
def away(house: House, how: str) -> Iterator[None]:
    if how == "silent":
        house.valkey.pause()
    else:
        house.valkey.kill()
    try:
        yield
    finally:
        if how == "silent":
            house.valkey.resume()
        else:
            house.valkey.start()


def in_time(answer: Answer, status: int) -> Answer:
    said = f"{answer.status} after {answer.seconds:.1f} s: {answer.content[:300]!r}"
    assert (answer.status, answer.seconds < LONGEST) == (status, True), said
    return answer


def turned_away(answer: Answer) -> bool:
    in_time(answer, 503)
    assert answer.json()["code"] == "line_away"
    assert int(answer.headers["Retry-After"]) >= 1
    return True


@pytest.mark.parametrize("how", ["dead", "silent"])
def test_meanwhile_nobody_new_comes_in_and_who_is_in_can_buy(house, sale, how):
    holder, shopper, idler = sale.inside
    member, guest = sale.arrive(2)
    stranger = Person(house, sale.event, member=False)
    newcomer = Person(house, sale.event, member=True)
    held = holder.hold()
    event, web = sale.event, house.web
    over = Pass(event.pk, f"u{idler.user.pk}", 1, 1, now_in_milliseconds() - 1)

    with away(house, how):
        tick()
        # Who waits, who comes and who has no living pass is asked to come again.
        assert turned_away(member.ask("POST", f"queue/check/{event.pk}", member.proofs))
        assert turned_away(guest.ask("GET", f"queue/status/{event.pk}"))
        assert turned_away(stranger.ask("POST", f"queue/check/{event.pk}"))
        assert turned_away(newcomer.ask("POST", f"queue/check/{event.pk}"))
        assert turned_away(member.hold())
        assert turned_away(member.hold(shopper.proofs["pass"]))
        assert turned_away(idler.hold(sign_pass(over)))
        # Who has one buys, and who holds something pays.
        assert shopper.status()["state"] == "admitted"
        bought = in_time(shopper.hold(), 201)
        in_time(shopper.pay(bought), 200)
        in_time(holder.pay(held), 200)
        # Everybody may look around.
        for path in ("/", f"/events/{event.pk}", f"/api/events/{event.pk}", "/api/events"):
            in_time(web.ask("GET", path), 200)
        in_time(web.ask("GET", f"/events/{event.pk}/line"), 503)

    confirmed = Reservation.objects.filter(status="confirmed")
    assert {one.user_id for one in confirmed} == {holder.user.pk, shopper.user.pk}
    assert Reservation.objects.count() == 2
    member.check()
    turns = [one.status() for one in (member, guest)]
    assert [turn["number"] for turn in turns] == [4, 5]
    assert newcomer.check()["number"] > 5
