"""The files folder: where a name lies, and how a file gets there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings


def path_of(name: str) -> Path:
    """Where the file with that name lies. Two levels of folders keep each of them small."""
    return Path(settings.FILES_ROOT) / name[:2] / name[2:4] / name


def write_file(name: str, data: bytes) -> None:
    """Put a file in its place; after a power failure it is there whole or not at all."""
    path = path_of(name)
    _make_folder(path.parent)
    draft = _draft_of(path)
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(path.parent)


def remove_file(name: str) -> None:
    """Remove a file and what an interrupted writing left of it; neither needs to be there."""
    path = path_of(name)
    path.unlink(missing_ok=True)
    _draft_of(path).unlink(missing_ok=True)


def _draft_of(path: Path) -> Path:
    return path.with_suffix(".new")


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
