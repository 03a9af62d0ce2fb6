from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "huiban.modules.supervision"
    label = "supervision"

    def ready(self) -> None:
        # Declarations register themselves when they're read.
        from . import kinds as _kinds  # noqa: F401
        from . import measures as _measures  # noqa: F401
        from . import permits as _permits  # noqa: F401
        from . import reactions as _reactions  # noqa: F401
        from . import reactions_letters as _reactions_letters  # noqa: F401
