"""Sealing of fields that identify a person: authenticated encryption with a key id in each value.

A sealed text is `scheme:keyid:base64(nonce + ciphertext + tag)`. Two schemes are offered, both in
GCM: `aes256gcm`, the default, and `sm4gcm` (GB/T 32907) where national algorithms are required.
Every cipher opens both, so an installation can change its scheme as it changes its key.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Scheme = Literal["aes256gcm", "sm4gcm"]

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_ALGORITHMS: dict[str, tuple[Callable[[bytes], algorithms.AES | algorithms.SM4], int]] = {
    "aes256gcm": (algorithms.AES, 32),
    "sm4gcm": (algorithms.SM4, 16),
}


class SealError(Exception):
    """A sealed text can't be opened. The message never holds the text or a key."""


class UnknownKey(SealError):  # noqa: N818 - it names what is wrong
    """The sealed text names a key that the keyring doesn't hold."""


class BrokenSeal(SealError):  # noqa: N818 - it names what is wrong
    """The sealed text was changed, or belongs to another place than the given context."""


class Keyring:
    """The installation's field keys by their ids; new texts are sealed with the current one.

    Ids are 1 to 32 letters, digits, `_` or `-`; keys are 32 bytes. Its repr shows ids only.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"a key id is 1 to 32 letters, digits, _ or -, not {key_id!r}")
            if len(key) != KEY_BYTES:
                raise ValueError(f"key {key_id} must have {KEY_BYTES} bytes, not {len(key)}")
        if current not in keys:
            raise ValueError(f"the current key {current!r} is not on the keyring")
        self._keys = dict(keys)
        self.current = current

    def __repr__(self) -> str:
        return f"Keyring({', '.join(sorted(self._keys))}; current {self.current})"

    def key(self, key_id: str) -> bytes:
        """The key of that id; UnknownKey where the ring doesn't hold it."""
        if key_id not in self._keys:
            raise UnknownKey(f"no key {key_id!r} on the keyring: was an old key taken off early?")
        return self._keys[key_id]


class Cipher(Protocol):
    """What can seal a text for a context and open it there again, and nowhere else."""

    def seal(self, plain: str, context: str) -> str:
        """The text sealed with the current key; the same text is sealed differently each time."""

    def open(self, sealed: str, context: str) -> str:
        """The plain text; UnknownKey or BrokenSeal where it can't be had."""

    def reseal(self, sealed: str, context: str) -> str:
        """The same text under the current key and scheme; proven, but unchanged, if it has them."""


class GcmCipher:
    """A `Cipher` that seals with one GCM scheme and opens all of them."""

    def __init__(self, keyring: Keyring, scheme: Scheme) -> None:
        self._keyring = keyring
        self._scheme = scheme
        try:
            self.open(self.seal("", ""), "")
        except UnsupportedAlgorithm as error:
            raise ValueError(f"this machine's OpenSSL doesn't offer {scheme}") from error

    def seal(self, plain: str, context: str) -> str:
        head = f"{self._scheme}:{self._keyring.current}"
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealing = BlockCipher(*self._machine(head, nonce)).encryptor()
        sealing.authenticate_additional_data(_bound(head, context))
        body = sealing.update(plain.encode()) + sealing.finalize()
        return f"{head}:{base64.b64encode(nonce + body + sealing.tag).decode()}"

    def open(self, sealed: str, context: str) -> str:
        head, body = _parts(sealed)
        nonce, tag = body[:_NONCE_BYTES], body[-_TAG_BYTES:]
        opening = BlockCipher(*self._machine(head, nonce, tag)).decryptor()
        opening.authenticate_additional_data(_bound(head, context))
        plain = opening.update(body[_NONCE_BYTES:-_TAG_BYTES])
        try:
            return (plain + opening.finalize()).decode()
        except InvalidTag:
            raise BrokenSeal(
                f"a text sealed as {head} was changed or belongs to another context"
            ) from None

    def reseal(self, sealed: str, context: str) -> str:
        plain = self.open(sealed, context)
        head, _body = _parts(sealed)
        if head == f"{self._scheme}:{self._keyring.current}":
            return sealed
        return self.seal(plain, context)

    def _machine(
        self, head: str, nonce: bytes, tag: bytes | None = None
    ) -> tuple[algorithms.AES | algorithms.SM4, modes.GCM]:
        scheme, key_id = head.split(":")
        algorithm, length = _ALGORITHMS[scheme]
        key = _scheme_key(self._keyring.key(key_id), scheme, length)
        return algorithm(key), modes.GCM(nonce, tag)


def aes_cipher(keyring: Keyring) -> Cipher:
    """AES-256-GCM, the default."""
    return GcmCipher(keyring, "aes256gcm")


def sm4_cipher(keyring: Keyring) -> Cipher:
    """SM4-GCM; ValueError where this machine's OpenSSL was built without SM4."""
    return GcmCipher(keyring, "sm4gcm")


@cache
def _scheme_key(key: bytes, scheme: str, length: int) -> bytes:
    """Each scheme works with a key of its own, drawn from the ring's 32 bytes by HKDF."""
    return HKDF(SHA256(), length, salt=None, info=f"huiban field {scheme}".encode()).derive(key)


def _bound(head: str, context: str) -> bytes:
    """What the tag also vouches for: that scheme, key and context are those of the sealing."""
    return f"{head}:{context}".encode()


def _parts(sealed: str) -> tuple[str, bytes]:
    head, _, encoded = sealed.rpartition(":")
    scheme, _, key_id = head.partition(":")
    if scheme not in _ALGORITHMS or not _KEY_ID.fullmatch(key_id):
        raise BrokenSeal("this is no sealed text: scheme:keyid:base64 was expected")
    try:
        body = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise BrokenSeal(f"the base64 of a text sealed as {head} was damaged") from None
    if len(body) < _NONCE_BYTES + _TAG_BYTES:
        raise BrokenSeal(f"a text sealed as {head} was cut short")
    return head, body
