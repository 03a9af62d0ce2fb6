"""Fields that are encrypted at rest with the installation's field keys."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from huiban.kernel.base.cipher import Cipher, Keyring, aes_cipher
from huiban.kernel.base.codes import keyed_hash

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    # Django's columns take type arguments only in the eyes of a type checker.
    _Text = models.TextField


@cache
def field_cipher() -> Cipher:
    """The cipher of this installation's sealed fields."""
    secrets = settings.SECRETS
    return aes_cipher(Keyring(secrets.field_keys, secrets.current_field_key))


def lookup_hash(text: str) -> str:
    """The keyed hash by which a sealed value is found again."""
    return keyed_hash(settings.SECRETS.lookup, text)


class SealedTextField(_Text):
    """Text that is sealed in the database and plain in Python. Empty text stays empty.

    `context` binds a value to its column, so that one can't be moved into another.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs["context"] = self.context
        return name, "huiban.kernel.people.sealed.SealedTextField", list(args), kwargs

    def get_prep_value(self, value: Any) -> Any:
        return field_cipher().seal(str(value), self.context) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return field_cipher().open(value, self.context) if value else value
