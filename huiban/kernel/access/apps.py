from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "huiban.kernel.access"
    label = "access"
