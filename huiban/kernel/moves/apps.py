from django.apps import AppConfig


class MovesConfig(AppConfig):
    name = "huiban.kernel.moves"
    label = "moves"
