from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "huiban.kernel.events"
    label = "events"
