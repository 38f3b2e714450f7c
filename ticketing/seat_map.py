"""What a seat map shows, read at one moment, so that its counts and its seats always agree."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ticketing import seat_claims
from ticketing.errors import NoSuchEvent, NoSuchLayout
from ticketing.live_seats import WORDS
from ticketing.models import Event, TicketType
from ticketing.plans import plan_of
from ticketing.seating.plan import Plan


@dataclass(frozen=True, slots=True)
class SeatMap:
    """An event's seats: `states` has a letter a seat, in layout order."""

    event: Event
    plan: Plan
    states: str
    ticket_types: list[TicketType]  # in the order of the layout's categories

    def count(self) -> dict[str, dict[str, int]]:
        """Return for each category how many seats are free, held, sold and blocked."""
        letters: dict[int, Counter[str]] = {}
        for place, letter in zip(self.plan.places, self.states, strict=True):
            letters.setdefault(place.category, Counter())[letter] += 1
        return {
            category.key: {word: letters.get(n, Counter())[one] for one, word in WORDS.items()}
            for n, category in enumerate(self.plan.categories)
        }

    def as_json(self) -> dict[str, Any]:
        """Return the map as it goes over the wire."""
        counts = self.count()
        return {
            "event": str(self.event.pk),
            "layout": self.plan.version,
            "layout_url": f"/api/layouts/{self.plan.version}",
            "states": self.states,
            "categories": [
                {
                    "key": row.category,
                    "ticket_type": str(row.pk),
                    "name": row.name,
                    "price": row.price,
                    "currency": self.event.currency,
                    "max_per_person": row.max_per_person,
                    **counts[row.category],
                }
                for row in self.ticket_types
            ],
        }


def read_seat_map(event_id: int) -> SeatMap:
    """Read the seats of an event. Three queries.

    Raises `NoSuchEvent`, and `NoSuchLayout` where nobody has a numbered seat.
    """
    event = Event.objects.public().filter(pk=event_id).first()
    if event is None:
        raise NoSuchEvent
    if event.layout_id is None:
        raise NoSuchLayout
    types = list(TicketType.objects.filter(event=event_id).exclude(category=""))
    states = seat_claims.read_states(event_id)
    return SeatMap(event, plan_of(event.layout_id), states, types)
