"""Reservations change by services alone; operators look, cancel and send again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import act_on_each
from core.templatetags.money import money
from ticketing.errors import AlreadySettled
from ticketing.models import Payment, Reservation, ReservationItem, Ticket
from ticketing.services.ending import cancel_reservation
from ticketing.services.sending import send_tickets


class ReadOnly:
    """Nothing is added, changed or deleted by form."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfTicketTypes(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the ticket types in the same query."""
        return super().get_queryset(request).select_related("ticket_type")


class ItemInline(OfTicketTypes):
    model = ReservationItem
    extra = 0
    fields = readonly_fields = ("ticket_type", "quantity", "price")


class TicketInline(OfTicketTypes):
    model = Ticket
    extra = 0
    fields = readonly_fields = ("number", "ticket_type", "code", "voided_at", "checked_in_at")


class PaymentInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Payment
    extra = 0
    fields = readonly_fields = (
        "provider",
        "amount",
        "status",
        "reference",
        "reason",
        "created_at",
        "settled_at",
        "refunded_at",
    )


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "user", "event", "status", "amount", "made_at")
    list_filter = ("status", ("event", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("user", "event")
    search_fields = ("code", "user__username", "user__email", "tickets__code")
    show_full_result_count = False
    inlines = (ItemInline, TicketInline, PaymentInline)
    actions = ("cancel", "send_again")
    fields = readonly_fields = (
        "code",
        "user",
        "event",
        "status",
        "total",
        "currency",
        "created_at",
        "expires_at",
        "settled_at",
        "sent_at",
    )

    @admin.display(description=_("created at"), ordering="created_at")
    def made_at(self, reservation: Reservation) -> str:
        """Write the moment so short that it fits its column."""
        return f"{timezone.localtime(reservation.created_at):%m-%d %H:%M}"

    @admin.display(description=_("total"), ordering="total")
    def amount(self, reservation: Reservation) -> str:
        """Write the total as buyers see it."""
        return money(reservation.total, reservation.currency)

    @admin.action(description=_("Cancel, and refund what was paid"), permissions=["change"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Reservation]) -> HttpResponse | None:
        return act_on_each(
            self,
            request,
            chosen,
            action="cancel",
            question=_("These reservations give their tickets back, and the money is refunded."),
            act=lambda reservation: cancel_reservation(reservation_id=reservation.pk),
            describe=describe,
        )

    @admin.action(description=_("Send the tickets again"), permissions=["change"])
    def send_again(
        self, request: HttpRequest, chosen: QuerySet[Reservation]
    ) -> HttpResponse | None:
        return act_on_each(
            self,
            request,
            chosen,
            action="send_again",
            question=_("The tickets of these reservations are mailed to their buyers again."),
            act=_send_again,
            describe=describe,
        )


def describe(reservation: Reservation) -> str:
    """Say in a line what an operator is about to touch."""
    amount = money(reservation.total, reservation.currency)
    return f"{reservation.code} · {reservation.event} · {reservation.user} · {amount}"


def _send_again(reservation: Reservation) -> None:
    if not send_tickets(reservation_id=reservation.pk, again=True):
        raise AlreadySettled(became=reservation.status)


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "reservation", "provider", "paid", "status", "created_at")
    list_filter = ("status", "provider", "created_at")
    list_select_related = ("reservation",)
    search_fields = ("id", "reference", "reservation__code")
    show_full_result_count = False

    @admin.display(description=_("amount"), ordering="amount")
    def paid(self, payment: Payment) -> str:
        """Write the amount as buyers see it."""
        return money(payment.amount, payment.currency)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
