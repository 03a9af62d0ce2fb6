from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "huiban.modules.voice"
    label = "voice"

    def ready(self) -> None:
        # Declarations register themselves when they're read.
        from huiban.kernel.duties import reactions as _clock  # noqa: F401

        from . import reactions as _reactions  # noqa: F401
        from . import reactions_owner as _owners  # noqa: F401
