from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "huiban.modules.analysis"
    label = "analysis"

    def ready(self) -> None:
        # Declarations register themselves when they're read.
        from . import kinds as _kinds  # noqa: F401
        from . import permits as _permits  # noqa: F401
        from . import reactions as _reactions  # noqa: F401

        # A handbook asks for policies; this is where they are told.
        from .queries import policies as _policies  # noqa: F401
