"""Routes of the screen."""

from django.urls import path

from . import views

app_name = "screen"
urlpatterns = [
    path("", views.screen, name="screen"),
    path("part/", views.part, name="part"),
    path("how/<slug:key>/", views.card, name="card"),
]
