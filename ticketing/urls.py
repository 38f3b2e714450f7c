from django.urls import path

from ticketing import pages

app_name = "ticketing"

urlpatterns = [
    path("", pages.events, name="events"),
    path("events/<int:event_id>", pages.event, name="event"),
    path("events/<int:event_id>/hold", pages.hold, name="hold"),
    path("reservations", pages.reservations, name="reservations"),
    path("reservations/<uuid:reservation_id>", pages.reservation, name="reservation"),
    path("reservations/<uuid:reservation_id>/confirm", pages.confirm, name="confirm"),
    path("reservations/<uuid:reservation_id>/cancel", pages.cancel, name="cancel"),
    path("reservations/<uuid:reservation_id>/tickets", pages.tickets, name="tickets"),
]
