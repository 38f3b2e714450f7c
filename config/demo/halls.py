"""The halls of the demo's programme, and the people who sit in them already."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import cycle
from random import Random

from accounts.models import User
from config.demo.programme import Show
from core.errors import DomainError
from ticketing.models import Event, Hall, Seat, TicketType
from ticketing.seating.documents import read_layout, write_layout
from ticketing.seating.plan import Plan
from ticketing.seating.samples import sample
from ticketing.services.choosing import Wish, change_selection
from ticketing.services.paying import confirm_reservation
from ticketing.services.recommending import choose_best
from ticketing.services.seating import Price, block_seats, keep_layout, seat_event

CHOOSING = 4  # people whose hold is still open when the demo begins
HOUSE = 6  # seats that the house keeps
TOGETHER = (2, 2, 3, 1, 2, 4)


def standing_arena() -> Plan:
    """Return the arena with its floor cleared: those in front of the stage stand."""
    document = write_layout(sample("arena"))
    floor = [part for part in document["sections"] if part["key"].startswith("F")]
    seats = [seat for part in floor for row in part["rows"] for seat in row["seats"]]
    left, right = (find(seat["x"] for seat in seats) for find in (min, max))
    top, bottom = (find(seat["y"] for seat in seats) for find in (min, max))
    size = {"width": right - left, "height": bottom - top}
    area = {"kind": "standing", "name": "스탠딩 / Standing", "x": left, "y": top, **size}
    return read_layout(
        {
            **document,
            "name": "스탠딩 아레나 / Arena with a standing floor",
            "categories": [one for one in document["categories"] if one["key"] != "VIP"],
            "sections": [part for part in document["sections"] if part not in floor],
            "shapes": [*document["shapes"], area],
        }
    )


HALLS: dict[str, Callable[[], Plan]] = {
    "theatre": lambda: sample("theatre"),
    "concert": lambda: sample("concert"),
    "standing": standing_arena,
}


def seat_show(event: Event, show: Show) -> Plan:
    """Price the seats of the hall of `show`; return its plan."""
    plan = HALLS[show.hall]()
    hall, _made = Hall.objects.get_or_create(name=plan.name)
    prices = {
        offer.category: Price(offer.name, offer.price, offer.limit)
        for offer in show.offers
        if offer.category
    }
    layout = keep_layout(hall=hall, plan=plan)
    seat_event(event_id=event.pk, layout_id=layout.pk, prices=prices)
    return plan


def fill_hall(event: Event, plan: Plan, people: Iterable[User]) -> None:
    """Have people buy where people buy: many the best there is, some where they like it.

    The house keeps a few seats, and a few people are still choosing. The same event is always
    filled alike.
    """
    chance = Random(event.title)  # noqa: S311  # believable, not secret
    types = list(event.ticket_types.all())
    block_seats(event_id=event.pk, seats=_house_seats(plan), reason="하우스석")
    for nth, (person, quantity) in enumerate(zip(people, cycle(TOGETHER), strict=False)):
        ticket_type = chance.choices(types, weights=range(len(types), 0, -1))[0]
        wish = Wish(user_id=person.pk, event_id=event.pk)
        try:
            if not ticket_type.category:
                change_selection(replace(wish, standing={ticket_type.pk: quantity}))
            elif chance.random() < 0.6:
                _pick_somewhere(wish, plan, ticket_type, quantity, chance)
            else:
                choose_best(wish, ticket_type_id=ticket_type.pk, quantity=quantity)
        except DomainError:
            continue  # somebody who did not find what they looked for
        if nth >= CHOOSING:
            _pay(wish)


def _pick_somewhere(
    wish: Wish, plan: Plan, ticket_type: TicketType, quantity: int, chance: Random
) -> None:
    """Pick neighbours around a place that somebody happens to like."""
    free = Seat.objects.filter(event=wish.event_id, ticket_type=ticket_type, state="f")
    liked = chance.choice(list(free.values_list("number", flat=True)))
    run = plan.run_of(liked)
    first = max(min(liked, run.stop - quantity), run.start)
    seats = [plan.places[n] for n in range(first, min(first + quantity, run.stop))]
    if any(seat.accessible or seat.companion for seat in seats):
        return
    keys = [seat.key for seat in seats]
    change_selection(replace(wish, picks=keys))


def _house_seats(plan: Plan) -> list[str]:
    """Return the middle of the last row of the first section, where the house has its guests."""
    row = plan.sections[0].rows[-1]
    first = row.first + (row.count - HOUSE) // 2
    return [place.key for place in plan.places[first : first + HOUSE]]


def _pay(wish: Wish) -> None:
    found = change_selection(wish)
    if found is not None:
        confirm_reservation(
            reservation_id=found.id, user_id=wish.user_id, provider="sandbox", details={}
        )
