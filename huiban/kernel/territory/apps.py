from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "huiban.kernel.territory"
    label = "territory"
