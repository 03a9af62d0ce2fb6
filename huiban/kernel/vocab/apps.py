from django.apps import AppConfig


class VocabConfig(AppConfig):
    name = "huiban.kernel.vocab"
    label = "vocab"
