from django.urls import path

from queueing import pages

app_name = "queueing"

urlpatterns = [
    path("events/<int:event_id>/line", pages.line, name="line"),
    path("events/<int:event_id>/line/leave", pages.leave, name="leave"),
    path("events/<int:event_id>/line/draw", pages.draw, name="draw"),
]
