from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "huiban.kernel.people"
    label = "people"
