"""The house's settings, for processes that tests start: a password there costs no time.

Argon2 as everywhere, so that what one process wrote another reads, but with the least of its work.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher

from huiban.config.settings import *  # noqa: F403 - the settings are these, but for one

PASSWORD_HASHERS = ["tests.settings.LightHasher"]


class LightHasher(Argon2PasswordHasher):
    """Argon2 with the least work it can be told to do."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
