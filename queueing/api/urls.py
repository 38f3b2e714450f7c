from django.urls import path

from queueing.api import lining_up, steering

urlpatterns = [
    path("queue/check/<str:event>", lining_up.Check.as_view()),
    path("queue/status/<str:event>", lining_up.Status.as_view()),
    path("queue/leave/<str:event>", lining_up.Leave.as_view()),
    path("queue/rooms/<str:event>", steering.Room.as_view()),
    path("queue/rooms/<str:event>/admit", steering.Admit.as_view()),
    path("queue/rooms/<str:event>/remove", steering.Remove.as_view()),
    path("queue/rooms/<str:event>/clear", steering.Clear.as_view()),
]
