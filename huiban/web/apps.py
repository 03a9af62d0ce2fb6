from django.apps import AppConfig
from django.conf import settings


class WebConfig(AppConfig):
    name = "huiban.web"
    label = "web"

    def ready(self) -> None:
        # Every process of a demonstration loads this, so that web, worker and command line agree.
        if settings.DEMONSTRATION:
            from huiban.kernel.base.clock import set_offset_source

            from .lobby.days import offset

            set_offset_source(offset)
