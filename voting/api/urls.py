from django.urls import path

from voting.api import casting, rounds

urlpatterns = [
    path("votes/rounds/<str:round>/places/<str:place>", casting.PlaceChoice.as_view()),
    path("votes/rounds/<str:round>/menus/<str:menu>", casting.MenuChoice.as_view()),
    path("votes/rounds/<str:round>/dates/<str:date>", casting.DateChoice.as_view()),
    path("votes/rounds/<str:round>", rounds.RoundView.as_view()),
    path("votes/rounds/<str:round>/history", rounds.History.as_view()),
    path("votes/rounds", rounds.RoundList.as_view()),
    path("votes/today", rounds.Today.as_view()),
]
