from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "huiban.kernel.notices"
    label = "notices"
