"""What goes over the wire, and what must come. Documented here, so that OpenAPI says the same."""

from typing import Any

from rest_framework import serializers

from ticketing import live
from ticketing.api.bodies import hold_json, seats_json
from ticketing.models import Event, Reservation, ReservationItem, Ticket, TicketType
from ticketing.models.event import Status as EventStatus
from ticketing.models.reservation import Status
from ticketing.places import place_of_ticket
from ticketing.selections import held_items, seats_of
from ticketing.services.holding import LARGEST_QUANTITY, MOST_TYPES


class TicketTypeOut(serializers.Serializer[TicketType]):
    id = serializers.CharField()
    name = serializers.CharField()
    price = serializers.IntegerField(help_text="Minor units of `currency`.")
    currency = serializers.CharField()
    capacity = serializers.IntegerField()
    available = serializers.IntegerField()
    held = serializers.IntegerField()
    sold = serializers.IntegerField()
    max_per_person = serializers.IntegerField(allow_null=True)
    sale_starts_at = serializers.DateTimeField(allow_null=True)
    sale_ends_at = serializers.DateTimeField(allow_null=True)


class EventOut(serializers.Serializer[Event]):
    """An event in a list."""

    id = serializers.CharField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    artist = serializers.CharField()
    venue = serializers.CharField()
    address = serializers.CharField()
    poster = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(EventStatus.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    sale_starts_at = serializers.DateTimeField()
    sale_ends_at = serializers.DateTimeField()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        return {
            "id": str(instance.pk),
            "title": instance.title,
            "title_en": instance.title_en,
            "artist": instance.artist,
            "venue": instance.venue,
            "address": instance.address,
            "poster": instance.poster.url if instance.poster else None,
            "status": instance.current_status,
            "starts_at": live.instant(instance.starts_at),
            "ends_at": live.instant(instance.ends_at),
            "sale_starts_at": live.instant(instance.sale_starts_at),
            "sale_ends_at": live.instant(instance.sale_ends_at),
        }


class EventDetailOut(EventOut):
    """An event with its ticket types, and what the house's other apps say of it."""

    description = serializers.CharField()
    hold_minutes = serializers.IntegerField()
    cancellable_until = serializers.DateTimeField()
    ticket_types = TicketTypeOut(many=True)
    server_time = serializers.DateTimeField()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        return {
            **super().to_representation(instance),
            "description": instance.description,
            "hold_minutes": instance.hold_minutes,
            "cancellable_until": live.instant(instance.cancel_deadline),
            "ticket_types": [
                live.ticket_value(row, event_id=instance.pk, currency=instance.currency)
                for row in instance.ticket_types.all()
            ],
        }


class ItemIn(serializers.Serializer[Any]):
    ticket_type = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST_QUANTITY)


class BestIn(serializers.Serializer[Any]):
    ticket_type = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST_QUANTITY)
    split = serializers.BooleanField(default=False, help_text="Near each other will do.")
    accessible = serializers.BooleanField(default=False, help_text="Room for wheelchairs.")


class HoldIn(serializers.Serializer[Any]):
    """One of `items`, `seats` (with standing `items` beside them) or `best_available`."""

    event = serializers.CharField(max_length=40)
    items = serializers.ListField(
        child=ItemIn(), min_length=1, max_length=MOST_TYPES, required=False
    )
    seats = serializers.ListField(
        child=serializers.CharField(max_length=40),
        min_length=1,
        max_length=LARGEST_QUANTITY,
        required=False,
        help_text="Ids of seats, as in the layout.",
    )
    best_available = BestIn(required=False)


class ItemOut(serializers.Serializer[ReservationItem]):
    ticket_type = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    price = serializers.IntegerField()


class TicketOut(serializers.Serializer[Ticket]):
    code = serializers.CharField()
    ticket_type = serializers.CharField()
    number = serializers.IntegerField()
    place = serializers.CharField(help_text="Section, row and seat; empty where one stands.")
    voided = serializers.BooleanField()
    checked_in = serializers.BooleanField()


class ChosenSeatOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.IntegerField(help_text="Its place in the layout, from 0.")
    ticket_type = serializers.CharField()


class HoldOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.CharField()
    event = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    expires_at = serializers.DateTimeField()
    items = ItemOut(many=True)
    total = serializers.IntegerField(help_text="Minor units of `currency`.")
    currency = serializers.CharField()


class MadeOut(HoldOut):
    """A fresh hold; with seats, it also says which."""

    seats = ChosenSeatOut(many=True, required=False)
    prolongable = serializers.BooleanField(
        required=False, help_text="Whether more time can be asked for."
    )


class ReservationOut(HoldOut):
    created_at = serializers.DateTimeField()
    seats = ChosenSeatOut(many=True)
    tickets = TicketOut(many=True)

    def to_representation(self, instance: Reservation) -> dict[str, Any]:
        return {
            **hold_json(instance, held_items(instance)),
            "seats": seats_json(seats_of(instance)),
            "created_at": live.instant(instance.created_at),
            "tickets": [
                {
                    "code": ticket.code,
                    "ticket_type": str(ticket.ticket_type_id),
                    "number": ticket.number,
                    "place": place_of_ticket(ticket),
                    "voided": ticket.voided_at is not None,
                    "checked_in": ticket.checked_in_at is not None,
                }
                for ticket in instance.tickets.all()
            ],
        }


class CategoryOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    ticket_type = serializers.CharField()
    name = serializers.CharField()
    price = serializers.IntegerField(help_text="Minor units of `currency`.")
    currency = serializers.CharField()
    max_per_person = serializers.IntegerField(allow_null=True)
    free = serializers.IntegerField()
    held = serializers.IntegerField()
    sold = serializers.IntegerField()
    blocked = serializers.IntegerField()


class SeatsOut(serializers.Serializer[Any]):
    event = serializers.CharField()
    layout = serializers.CharField(help_text="The version of the drawing.")
    layout_url = serializers.CharField()
    states = serializers.CharField(
        help_text="A letter a seat, in layout order: f free, h held, s sold, b blocked."
    )
    categories = CategoryOut(many=True)


class SelectionOut(HoldOut):
    seats = ChosenSeatOut(many=True)
    prolongable = serializers.BooleanField(help_text="Whether more time can be asked for.")


class SelectionEnvelope(serializers.Serializer[Any]):
    selection = SelectionOut(allow_null=True)
    server_time = serializers.DateTimeField()


class QuantityIn(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=0, max_value=LARGEST_QUANTITY)


class PaymentIn(serializers.Serializer[Any]):
    provider = serializers.CharField(max_length=30)
    card = serializers.CharField(max_length=30, required=False, help_text="Sandbox: a test card.")


class ConfirmIn(serializers.Serializer[Any]):
    payment = PaymentIn(required=False)
