from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.cipher import (
    BrokenSeal,
    Cipher,
    Keyring,
    UnknownKey,
    aes_cipher,
    sm4_cipher,
)

OLD = {"k1": b"1" * 32}
BOTH = {**OLD, "k2": b"2" * 32}
MAKERS = [aes_cipher, sm4_cipher]
texts = st.text(st.characters(exclude_categories=["Cs"]))

each_cipher = pytest.mark.parametrize("make", MAKERS)
Maker = Callable[[Keyring], Cipher]


@each_cipher
@given(plain=texts, context=texts)
def test_what_is_sealed_opens_in_its_context(make: Maker, plain: str, context: str) -> None:
    cipher = make(Keyring(BOTH, "k2"))
    sealed = cipher.seal(plain, context)
    assert sealed.split(":")[1] == "k2"
    assert cipher.open(sealed, context) == plain
    with pytest.raises(BrokenSeal):
        cipher.open(sealed, context + "x")


@each_cipher
def test_the_same_text_is_sealed_differently_each_time(make: Maker) -> None:
    cipher = make(Keyring(OLD, "k1"))
    assert len({cipher.seal("13800001234", "phone") for _ in range(50)}) == 50


@each_cipher
def test_every_changed_byte_is_noticed(make: Maker) -> None:
    cipher = make(Keyring(OLD, "k1"))
    head, _, encoded = cipher.seal("张三", "name").rpartition(":")
    body = base64.b64decode(encoded)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(BrokenSeal):
            cipher.open(f"{head}:{base64.b64encode(changed).decode()}", "name")


@each_cipher
def test_the_scheme_and_key_id_cannot_be_exchanged(make: Maker) -> None:
    same_key = {"k1": b"1" * 32, "k2": b"1" * 32}
    cipher = make(Keyring(same_key, "k1"))
    sealed = cipher.seal("张三", "name")
    with pytest.raises(BrokenSeal):
        cipher.open(sealed.replace(":k1:", ":k2:"), "name")
    swapped = {"aes256gcm": "sm4gcm", "sm4gcm": "aes256gcm"}[sealed.split(":")[0]]
    with pytest.raises(BrokenSeal):
        cipher.open(f"{swapped}:{sealed.split(':', 1)[1]}", "name")


@each_cipher
@pytest.mark.parametrize(
    "sealed",
    ["", "张三", "aes256gcm:k1:", "aes256gcm:k1:AAAA", "aes256gcm:k1:%%%", "none:k1:AAAA", "::"],
)
def test_what_is_no_sealed_text_is_said_to_be_none(make: Maker, sealed: str) -> None:
    with pytest.raises(BrokenSeal):
        make(Keyring(OLD, "k1")).open(sealed, "name")


@each_cipher
def test_a_key_that_is_missing_is_named(make: Maker) -> None:
    sealed = make(Keyring(BOTH, "k2")).seal("张三", "name")
    with pytest.raises(UnknownKey, match="k2"):
        make(Keyring(OLD, "k1")).open(sealed, "name")


@each_cipher
def test_another_key_under_the_same_id_does_not_open(make: Maker) -> None:
    sealed = make(Keyring(OLD, "k1")).seal("张三", "name")
    with pytest.raises(BrokenSeal, match="k1"):
        make(Keyring({"k1": b"9" * 32}, "k1")).open(sealed, "name")


@pytest.mark.parametrize("before", MAKERS)
@pytest.mark.parametrize("after", MAKERS)
def test_resealing_moves_to_the_current_key_and_scheme_once(before: Maker, after: Maker) -> None:
    sealed = before(Keyring(OLD, "k1")).seal("张三", "name")
    cipher = after(Keyring(BOTH, "k2"))
    moved = cipher.reseal(sealed, "name")
    assert moved.split(":")[1] == "k2"
    assert after(Keyring({"k2": b"2" * 32}, "k2")).open(moved, "name") == "张三"
    assert cipher.reseal(moved, "name") == moved
    with pytest.raises(BrokenSeal):
        cipher.reseal(moved, "other")


@pytest.mark.parametrize(
    ("keys", "current", "fault"),
    [
        ({"k1": b"short"}, "k1", "32 bytes"),
        ({"a:b": b"1" * 32}, "a:b", "key id"),
        ({"": b"1" * 32}, "", "key id"),
        (OLD, "k2", "not on the keyring"),
        ({}, "k1", "not on the keyring"),
    ],
)
def test_an_unsound_keyring_is_never_made(keys: dict[str, bytes], current: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Keyring(keys, current)


def test_a_keyring_shows_its_ids_and_never_its_keys() -> None:
    shown = repr(Keyring(BOTH, "k2"))
    assert "k1" in shown
    assert "1111" not in shown


def test_a_text_sealed_by_an_earlier_version_still_opens() -> None:
    # Values like these lie in databases: a change of the key derivation would lose them.
    ring = Keyring(OLD, "k1")
    assert aes_cipher(ring).open(AES_VALUE, "name") == "幸福里"
    assert aes_cipher(ring).open(SM4_VALUE, "name") == "幸福里"


AES_VALUE = "aes256gcm:k1:/EvTLQqY+FZrUFmUmffiB+TgWHwRLoWcG7O6ZTWMbVlU6pkYtA=="
SM4_VALUE = "sm4gcm:k1:CZw88Xg3v+V+ugZRWN4/k8z4K7xwu4qn8AMV+cm7ZfJRkHkteg=="
