from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "huiban.kernel.places"
    label = "places"
