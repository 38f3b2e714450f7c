from django.urls import path

from ticketing.api import events, reservations

urlpatterns = [
    path("events", events.EventList.as_view()),
    path("events/<str:event>", events.EventDetail.as_view()),
    path("reservations", reservations.Reservations.as_view()),
    path("reservations/<str:reservation>", reservations.ReservationDetail.as_view()),
    path("reservations/<str:reservation>/confirm", reservations.Confirm.as_view()),
    path("reservations/<str:reservation>/cancel", reservations.Cancel.as_view()),
    path("payments/<str:provider>/webhook", reservations.Webhook.as_view()),
]
