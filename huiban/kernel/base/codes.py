"""Codes that people read out and type: references, receipts, tag tokens; and keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U, which are mistaken for others
REFERENCE_LENGTH = 8
RECEIPT_LENGTH = 13
TAG_TOKEN_LENGTH = 10

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# The smallest prime not under 30. Modulo 30 itself no weights catch both a wrong character and a
# swap: weights must be odd to catch the first, then their differences are even and miss the second.
_PRIME = 31
_LONGEST_INPUT = 64
# No UTF-8 text starts with this byte, so a receipt is never also the keyed hash of some text.
_RECEIPT_DOMAIN = b"\xffreceipt"


def new_reference() -> str:
    """Eight random characters for speaking about a record on the phone; it grants nothing."""
    return _random(REFERENCE_LENGTH)


def new_tag_token() -> str:
    """Ten random characters for a QR tag, saying nothing about the place it hangs at."""
    return _random(TAG_TOKEN_LENGTH)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def receipt_from(secret: bytes, key: str) -> str:
    """The receipt that belongs to a client-made key: 12 characters and a check character.

    The same secret and key always give the same receipt, so a repeated tap is answered with the
    first one although only its hash was stored. Without the secret it can't be guessed (59 bits).
    """
    if not secret or not key:
        raise ValueError("a receipt needs a secret and a key")
    for attempt in range(256):
        body = _characters(_digest(secret, _RECEIPT_DOMAIN + bytes([attempt]) + key.encode()))
        check = -_weighted(body) % _PRIME
        if check < len(ALPHABET):  # one attempt in 31 asks for a character that doesn't exist
            return body + ALPHABET[check]
    raise AssertionError("256 attempts without a check character")


def _characters(digest: bytes) -> str:
    number = int.from_bytes(digest, "big")
    body = ""
    for _ in range(RECEIPT_LENGTH - 1):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return body


def _weighted(text: str) -> int:
    """Weights 13, 12, 11 …, so that the check character itself weighs 1."""
    return sum(
        (RECEIPT_LENGTH - place) * _VALUES[character] for place, character in enumerate(text)
    )


def read_receipt(text: str) -> str | None:
    """The canonical 13 characters of a receipt as typed, or None where it can't be one.

    Lower case, full-width characters, spaces and dashes are forgiven; any single wrong character
    and any swap of two neighbours is caught.
    """
    receipt = _plain(text, RECEIPT_LENGTH)
    return receipt if receipt is not None and _weighted(receipt) % _PRIME == 0 else None


def read_reference(text: str) -> str | None:
    """The canonical eight characters of a reference as typed, or None where it can't be one."""
    return _plain(text, REFERENCE_LENGTH)


def _plain(text: str, length: int) -> str | None:
    if len(text) > _LONGEST_INPUT:
        return None
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if not _is_gap(c))
    if not kept.isascii():  # upper() would turn ß into two letters
        return None
    code = kept.upper()
    return code if len(code) == length and set(code) <= _VALUES.keys() else None


def _is_gap(character: str) -> bool:
    return (
        character.isspace()
        or character == "−"  # a minus sign, as some keyboards write a dash
        or unicodedata.category(character) in {"Pd", "Cf"}
    )


def show_receipt(receipt: str, separator: str = "-") -> str:
    """A canonical receipt in groups of 4, 4 and 5 for reading: `7K3M-9QTX-2HWPE`."""
    if len(receipt) != RECEIPT_LENGTH:
        raise ValueError("a receipt has 13 characters")
    return separator.join((receipt[:4], receipt[4:8], receipt[8:]))


def keyed_hash(secret: bytes, text: str) -> str:
    """HMAC-SHA256 of the UTF-8 text in 64 hexadecimal digits: for looking up what isn't stored."""
    if not secret:
        raise ValueError("a keyed hash needs a secret")
    return _digest(secret, text.encode()).hex()


def _digest(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, hashlib.sha256)
