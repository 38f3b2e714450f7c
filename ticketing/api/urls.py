from django.urls import path

from ticketing.api import events, reservations, seats, selection

urlpatterns = [
    path("events", events.EventList.as_view()),
    path("events/<str:event>", events.EventDetail.as_view()),
    path("events/<str:event>/seats", seats.Seats.as_view()),
    path("events/<str:event>/selection", selection.SelectionDetail.as_view()),
    path("events/<str:event>/selection/best", selection.SelectionBest.as_view()),
    path("events/<str:event>/selection/seats/<str:seat>", selection.SelectionSeat.as_view()),
    path("events/<str:event>/selection/items/<str:ticket_type>", selection.SelectionItem.as_view()),
    path("layouts/<str:version>", seats.LayoutDetail.as_view()),
    path("reservations", reservations.Reservations.as_view()),
    path("reservations/<str:reservation>", reservations.ReservationDetail.as_view()),
    path("reservations/<str:reservation>/confirm", reservations.Confirm.as_view()),
    path("reservations/<str:reservation>/prolong", selection.Prolong.as_view()),
    path("reservations/<str:reservation>/cancel", reservations.Cancel.as_view()),
    path("payments/<str:provider>/webhook", reservations.Webhook.as_view()),
]
