"""The file that a backup is: a gzipped tar whose every member is vouched for by `SHA256SUMS`.

`about.json` stands first and says what it is; `SHA256SUMS` stands last, in the form that
`sha256sum --check` reads, so that an archive can be checked by hand and a cut-off one is noticed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from huiban.cli.outcomes import WrongUse
from huiban.kernel.base.errors import Refusal

FORMAT = 1
ABOUT = "about.json"
SUMS = "SHA256SUMS"
# Photos don't shrink and the database shrinks quickly: more effort would only take longer.
COMPRESSION = 3
PIECE = 1_000_000
# What a member may be called; no name leads out of the folder it is unpacked into.
_MEMBER = re.compile(
    r"(?:about\.json|database\.sqlite3|tables/\w{1,80}|(?:files|models)(?:/[\w-][\w.-]{0,99}){1,4})"
)
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)")


@dataclass(frozen=True)
class About:
    """What an archive is: which engine and version it came from, and whose keys belong to it."""

    engine: str
    made_by: str
    made_at: str
    keys: str
    migrations: list[str]
    tables: dict[str, list[str]]
    format: int = FORMAT


class ArchiveWriter:
    """Writes an archive; the file appears under its name only when it is whole.

    Raises Refusal for a name that is taken: an older backup is never overwritten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        self._sums: dict[str, str] = {}
        self.size = 0

    def __enter__(self) -> Self:
        if self._path.exists():
            raise Refusal(f"{self._path} 已经有了。请换一个文件名，旧的备份不会被覆盖。")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        self._file = os.fdopen(os.open(self._draft, flags, 0o600), "wb")
        self._tar = tarfile.open(
            fileobj=self._file, mode="w:gz", compresslevel=COMPRESSION, format=tarfile.PAX_FORMAT
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()
            if kind is not None:
                self._draft.unlink(missing_ok=True)
        if kind is None:
            # A link, unlike a rename, fails where somebody else took the name meanwhile.
            os.link(self._draft, self._path)
            self._draft.unlink()
            sync_folder(self._path.parent)

    def _finish(self) -> None:
        lines = [f"{digest}  {name}\n" for name, digest in self._sums.items()]
        self._write(SUMS, "".join(lines).encode())
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self.size = self._file.tell()

    def add_about(self, about: About) -> None:
        """Put in what the archive is; before anything else."""
        assert not self._sums, "it stands first"
        told = json.dumps(about.__dict__, ensure_ascii=False, indent=1).encode()
        self._write(ABOUT, told)
        self._sums[ABOUT] = hashlib.sha256(told).hexdigest()

    def _write(self, name: str, data: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        self._tar.addfile(entry, io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> None:
        """Put a file in. Raises FileNotFoundError for one that isn't there any more."""
        assert _MEMBER.fullmatch(name), name
        with path.open("rb") as source:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = os.fstat(source.fileno()).st_size, 0o600
            hashing = _Hashing(source)
            self._tar.addfile(entry, hashing)
        self._sums[name] = hashing.digest.hexdigest()

    @property
    def members(self) -> int:
        """How many files were put in."""
        return len(self._sums)


class _Hashing(io.RawIOBase):
    """Reads a file and sums it up on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


def unpack(path: Path, folder: Path) -> About:
    """Unpack an archive into an empty folder, whole and as it was written, or not at all.

    Raises WrongUse for a file that isn't an archive of ours, Refusal for one that was cut off or
    changed. What was unpacked before that stays for the caller to remove.
    """
    found: dict[str, str] = {}
    sums = None
    with _readable(path) as tar:
        for entry in tar:
            source = tar.extractfile(entry) if entry.isfile() else None
            if sums is not None or source is None:
                raise Refusal(f"备份 {path} 里有不该有的 {entry.name}。请换一份备份。")
            if entry.name == SUMS:
                sums = _read_sums(source.read().decode("utf-8", "replace"))
            elif not _MEMBER.fullmatch(entry.name) or entry.name in found:
                raise Refusal(f"备份 {path} 里有不该有的 {entry.name}。请换一份备份。")
            else:
                found[entry.name] = _write_out(source, folder / entry.name)
    _compare(path, found, sums)
    return _read_about(path, folder / ABOUT)


@contextmanager
def _readable(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r|gz") as tar:
            yield tar
    except (tarfile.ReadError, zlib.error, EOFError) as problem:
        raise Refusal(f"{path} 不是完整的备份（{problem}）。请换一份备份。") from problem
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        if problem.filename == str(path):
            raise WrongUse(f"备份文件 {path} 打不开：{problem.strerror}。") from problem
        raise


def _write_out(source: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while piece := source.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _read_sums(text: str) -> dict[str, str]:
    return {match[2]: match[1] for line in text.splitlines() if (match := _SUM.fullmatch(line))}


def _compare(path: Path, found: Mapping[str, str], sums: Mapping[str, str] | None) -> None:
    if sums is None:
        raise Refusal(f"备份 {path} 不完整：没有校验清单。请换一份备份。")
    changed = [name for name in sorted(found.keys() | sums) if found.get(name) != sums.get(name)]
    if changed:
        raise Refusal(f"备份 {path} 和它的校验清单不符（{changed[0]}）。请换一份备份。")


def _read_about(path: Path, file: Path) -> About:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        about = About(**told)
    except (OSError, ValueError, TypeError) as problem:
        raise Refusal(f"备份 {path} 没有说明自己是什么。请换一份备份。") from problem
    if about.format != FORMAT:
        raise Refusal(f"备份 {path} 是另一个版本的格式（{about.format}）。请更新程序。")
    return about


def sync_folder(folder: Path) -> None:
    """Let the disk know of new names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
