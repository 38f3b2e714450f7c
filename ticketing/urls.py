from django.urls import path

from ticketing import pages, seat_pages

app_name = "ticketing"

urlpatterns = [
    path("", pages.events, name="events"),
    path("events/<int:event_id>", pages.event, name="event"),
    path("events/<int:event_id>/hold", pages.hold, name="hold"),
    path("events/<int:event_id>/seats", seat_pages.seats, name="seats"),
    path("events/<int:event_id>/seats/selection", seat_pages.selection, name="selection"),
    path("events/<int:event_id>/seats/change", seat_pages.change, name="change-seats"),
    path("events/<int:event_id>/seats/best", seat_pages.best, name="best-seats"),
    path("events/<int:event_id>/seats/standing", seat_pages.standing, name="standing"),
    path("events/<int:event_id>/seats/prolong", seat_pages.prolong, name="prolong"),
    path("reservations", pages.reservations, name="reservations"),
    path("reservations/<uuid:reservation_id>", pages.reservation, name="reservation"),
    path("reservations/<uuid:reservation_id>/confirm", pages.confirm, name="confirm"),
    path("reservations/<uuid:reservation_id>/cancel", pages.cancel, name="cancel"),
    path("reservations/<uuid:reservation_id>/tickets", pages.tickets, name="tickets"),
]
