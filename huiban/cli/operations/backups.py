"""A whole installation into one file, and back out of it into an empty place.

The keys are in neither: whoever finds a backup can't open a receipt or a sealed field with it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

import huiban
from huiban.cli.operations.archive import About, ArchiveWriter, sync_folder, unpack
from huiban.cli.operations.copies import (
    DATABASE,
    TABLES,
    copy_in,
    copy_out,
    holds_anything,
    reset_sequences,
)
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.suggesting import models_folder

FILES = "files"
# What was learnt: from tables that may be gone by the time it is needed again.
MODELS = "models"


@dataclass(frozen=True)
class Saved:
    """What a backup holds: bytes of the archive, files of the files folder."""

    size: int
    files: int


def save(path: Path) -> Saved:
    """Back the installation up into a new file, while it goes on working.

    The database is that of one moment; the files are taken after it, so each that it knows is
    there, unless it was erased in between.
    """
    with tempfile.TemporaryDirectory(prefix=".huiban-backup-", dir=path.parent) as scratch:
        tables = copy_out(Path(scratch))
        with ArchiveWriter(path) as archive:
            archive.add_about(_about(tables))
            for copied in _copies(Path(scratch)):
                archive.add_file(str(copied.relative_to(scratch)), copied)
            before = archive.members
            _add_folder(archive, FILES, Path(settings.FILES_ROOT))
            files = archive.members - before
            _add_folder(archive, MODELS, models_folder())
    return Saved(archive.size, files)


def _about(tables: dict[str, list[str]]) -> About:
    applied = MigrationLoader(connection).applied_migrations
    return About(
        engine=connection.vendor,
        made_by=f"huiban {huiban.__version__}",
        made_at=clock.now().isoformat(timespec="seconds"),
        keys=settings.SECRETS.fingerprint,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        tables=tables,
    )


def _copies(scratch: Path) -> Iterator[Path]:
    database, tables = scratch / DATABASE, scratch / TABLES
    if database.exists():
        yield database
    if tables.exists():
        yield from sorted(tables.iterdir())


def _add_folder(archive: ArchiveWriter, name: str, root: Path) -> None:
    for path in _whole_files(root):
        try:
            archive.add_file(f"{name}/{path.relative_to(root)}", path)
        except FileNotFoundError:
            continue  # erased in this moment


def _whole_files(root: Path) -> Iterator[Path]:
    """Files in a fixed order, without what is still being written."""
    for folder, inner, names in os.walk(root):
        inner.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if not name.endswith((".new", ".part")) and path.is_file() and not path.is_symlink():
                yield path


def bring_back(path: Path, *, without_keys: bool = False) -> Saved:
    """Restore a backup into this installation, which must be empty; all of it or nothing.

    Raises Refusal where something is there already, where the archive isn't whole, comes from
    another engine or a newer version, or belongs to other keys (unless `without_keys`).
    """
    _refuse_what_is_there()
    data = Path(settings.DATA)
    scratch = data / "restoring"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        about = unpack(path, scratch)
        _refuse_misfit(about, without_keys=without_keys)
        _prepare_tables(about)
        files = sum(1 for _ in _whole_files(scratch / FILES))
        copy_in(scratch, about.tables)
        _put_in_place(scratch / FILES, Path(settings.FILES_ROOT))
        _put_in_place(scratch / MODELS, models_folder())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    reset_sequences()
    return Saved(path.stat().st_size, files)


def _refuse_what_is_there() -> None:
    if holds_anything():
        raise Refusal("数据库里已经有数据。备份只能放回空的地方，请另选一个空的数据库和文件夹。")
    root = Path(settings.FILES_ROOT)
    if any(_whole_files(root)):
        raise Refusal(f"{root} 里已经有文件。备份只能放回空的地方，请另选一个空的文件夹。")


def _refuse_misfit(about: About, *, without_keys: bool) -> None:
    if about.engine != connection.vendor:
        raise Refusal(
            f"这份备份来自 {about.engine}，这里是 {connection.vendor}。请放回同一种数据库。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if set(about.migrations) - known:
        raise Refusal(f"这份备份来自更新的版本（{about.made_by}）。请先更新程序。")
    if about.keys != settings.SECRETS.fingerprint and not without_keys:
        raise Refusal(
            "这份备份用的是另一套密钥。请在空的数据文件夹里用 --keys 文件 放回它的密钥；"
            "密钥已经丢失时可加 --without-keys，但回执编号和加密的内容都打不开。"
        )


def _prepare_tables(about: About) -> None:
    """On a server the tables are made first, as they were when the backup was."""
    if connection.vendor == "sqlite":
        return
    executor = MigrationExecutor(connection)
    recorded = {_node(name) for name in about.migrations}
    nodes = executor.loader.graph.node_map
    ends = [
        node
        for node in sorted(recorded)
        if not any(child.key in recorded for child in nodes[node].children)
    ]
    executor.migrate(ends)


def _node(migration: str) -> tuple[str, str]:
    app, _, name = migration.partition(".")
    return app, name


def _put_in_place(source: Path, root: Path) -> None:
    if not source.exists():
        return
    # Of files only empty folders can stand there: that was made sure of. A model can be there
    # already, since the first one is made by itself; the one from the backup is to be in use.
    shutil.rmtree(root, ignore_errors=True)
    source.rename(root)
    sync_folder(root.parent)
