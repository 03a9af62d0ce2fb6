from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "huiban.kernel.duties"
    label = "duties"
