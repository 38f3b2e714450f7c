from django.urls import path

from queueing import api

urlpatterns = [
    path("queue/check/<str:event>", api.Check.as_view()),
    path("queue/status/<str:event>", api.Status.as_view()),
    path("queue/leave/<str:event>", api.Leave.as_view()),
]
