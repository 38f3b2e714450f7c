from django.urls import path

from realtime.api import LiveSnapshots, LiveTicket

app_name = "realtime"

urlpatterns = [
    path("live", LiveSnapshots.as_view(), name="live"),
    path("live/ticket", LiveTicket.as_view(), name="live-ticket"),
]
