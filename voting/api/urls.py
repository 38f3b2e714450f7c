from django.urls import path

from voting.api import casting, gathering, results, rounds, talking

urlpatterns = [
    path("votes/rounds/<str:round>/places/<str:place>", casting.PlaceChoice.as_view()),
    path("votes/rounds/<str:round>/menus/<str:menu>", casting.MenuChoice.as_view()),
    path("votes/rounds/<str:round>/dates/<str:date>", casting.DateChoice.as_view()),
    path("votes/rounds/<str:round>", rounds.RoundView.as_view()),
    path("votes/rounds/<str:round>/history", rounds.History.as_view()),
    path("votes/rounds/<str:round>/results", results.Results.as_view()),
    path("votes/rounds/<str:round>/voters", results.Voters.as_view()),
    path("votes/rounds/<str:round>/comments", talking.Comments.as_view()),
    path("votes/rounds/<str:round>/reviews", talking.Reviews.as_view()),
    path("votes/rounds/<str:round>/suggestions", talking.Suggestions.as_view()),
    path("votes/comments/<str:comment>", talking.CommentView.as_view()),
    path("votes/comments/<str:comment>/like", talking.Like.as_view()),
    path("votes/places", gathering.Places.as_view()),
    path("votes/places/<str:place>", gathering.PlaceView.as_view()),
    path("votes/menus", gathering.Menus.as_view()),
    path("votes/statistics", results.Statistics.as_view()),
    path("votes/rounds", rounds.RoundList.as_view()),
    path("votes/today", rounds.Today.as_view()),
]
