"""Routes of the lobby. They are included only where settings.DEMONSTRATION is on."""

from django.urls import path

from . import views

app_name = "lobby"
urlpatterns = [
    path("", views.cards, name="cards"),
    path("enter/", views.enter, name="enter"),
    path("day-ahead/", views.day_ahead, name="day-ahead"),
    path("reset/", views.reset, name="reset"),
]
