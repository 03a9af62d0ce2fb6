"""The keys' own way out of an installation and into a new one, apart from every backup."""

from __future__ import annotations

import os
from pathlib import Path

from huiban.cli.operations.archive import sync_folder
from huiban.config.keys import read_secrets, secrets_path, write_secrets
from huiban.kernel.base.errors import Refusal


def save_keys(path: Path, data: Path) -> None:
    """Copy the keys into a new file that only its owner reads. Raises Refusal if it's taken."""
    text = secrets_path(data).read_text(encoding="utf-8")
    if not _write_new(path, text):
        raise Refusal(f"{path} 已经有了。请换一个文件名，旧的密钥不会被覆盖。")


def _write_new(path: Path, text: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return True


def put_keys_back(path: Path, data: Path) -> bool:
    """Put the keys of a backup into a data folder; False if they are there already.

    Raises ImproperlyConfigured for a file that holds no keys, Refusal where others are in place.
    """
    offered = read_secrets(path)
    place = secrets_path(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if write_secrets(place, path.read_text(encoding="utf-8")):
        return True
    if read_secrets(place) == offered:
        return False
    raise Refusal(
        f"{place} 里已经有另一套密钥。如果这里还没有数据，请先移走这个文件；"
        "有数据就不能换，否则现有的回执编号和加密内容都打不开。"
    )
