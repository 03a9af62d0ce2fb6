from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "huiban.kernel.notices"
    label = "notices"

    def ready(self) -> None:
        # The timer registers itself when it's read.
        from . import reactions as _reactions  # noqa: F401
