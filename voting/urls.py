from django.urls import path

from voting import pages

app_name = "voting"

urlpatterns = [
    path("votes", pages.today, name="today"),
    path("votes/history", pages.history, name="history"),
    path("votes/<int:round_id>", pages.a_round, name="round"),
    path("votes/<int:round_id>/chart", pages.chart, name="chart"),
    path("votes/<int:round_id>/choices/<str:kind>/<str:target>", pages.choose, name="choose"),
    path("votes/<int:round_id>/suggestions", pages.propose, name="propose"),
    path("votes/<int:round_id>/comments", pages.comment, name="comment"),
    path("votes/<int:round_id>/comments/list", pages.comments, name="comments"),
    path("votes/<int:round_id>/comments/<int:comment_id>/like", pages.like, name="like"),
    path("votes/<int:round_id>/comments/<int:comment_id>/delete", pages.delete, name="delete"),
]
