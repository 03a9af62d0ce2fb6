"""Where a lake lies: a folder, or a bucket of a storage that speaks S3.

Credentials of a bucket come from the environment, as all such programs read them
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION); ours is only where it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from huiban.kernel.base.errors import Refusal

CONNECT_SECONDS, ANSWER_SECONDS, ATTEMPTS = 5, 60, 3
READ_AT_ONCE = 4 << 20
_DRAFT = re.compile(r"\.[0-9a-f]{8}\.draft$")


class Storage:
    """The files of a lake by their paths below its root."""

    def __init__(self, place: str, files: Any, root: str, *, is_local: bool) -> None:
        self.place = place
        self.files = files
        self.root = root
        self.is_local = is_local

    def full(self, path: str) -> str:
        """A path as the file system knows it."""
        return f"{self.root}/{path}"

    def address(self, path: str, scheme: str) -> str:
        """A path as other programs name it: local ones as they are, others under a scheme."""
        return self.full(path) if self.is_local else f"{scheme}://{self.full(path)}"

    def listed(self, folder: str) -> dict[str, int]:
        """The files below a folder with their sizes, by path below the root; drafts are none."""
        from pyarrow import fs

        chosen = fs.FileSelector(self.full(folder), allow_not_found=True, recursive=True)
        with self.told():
            found = self.files.get_file_info(chosen)
        cut = len(self.root) + 1
        return {
            info.path[cut:]: info.size
            for info in found
            if info.type == fs.FileType.File and not _DRAFT.search(info.path)
        }

    def read(self, path: str) -> bytes:
        """The whole file. Raises FileNotFoundError for one that isn't there, else Refusal."""
        with self.told(), self.files.open_input_stream(self.full(path)) as stream:
            found: bytes = stream.read()
        return found

    def sha256(self, path: str) -> str:
        """What the file's content comes to."""
        sum_ = hashlib.sha256()
        with self.told(), self.files.open_input_stream(self.full(path)) as stream:
            while some := stream.read(READ_AT_ONCE):
                sum_.update(some)
        return sum_.hexdigest()

    def write(self, path: str, content: Any) -> None:
        """Let the file be there with this content, whole or not at all; a power cut included."""
        try:
            if self.is_local:
                _write_whole(Path(self.full(path)), content)
                return
            # An object of such a storage is there once it is complete.
            with self.files.open_output_stream(self.full(path)) as stream:
                stream.write(content)
        except OSError as problem:
            raise Refusal(self._sentence(problem)) from problem

    def remove(self, path: str) -> None:
        """Let the file not be there."""
        with self.told(), suppress(FileNotFoundError):
            self.files.delete_file(self.full(path))
            if self.is_local:
                self._remove_empty(Path(self.full(path)).parent)

    def remove_drafts(self, lake: str) -> None:
        """Remove what a run of this installation that was killed had half written.

        The drafts of others may be under way this moment.
        """
        if not self.is_local:
            return
        own = re.compile(rf"^\.(?:.*-)?{lake}\.[a-z]+{_DRAFT.pattern}")
        # Folders of others come and go meanwhile, which this walk doesn't mind.
        for folder, _folders, names in os.walk(self.root):
            for name in filter(own.search, names):
                Path(folder, name).unlink(missing_ok=True)

    def _remove_empty(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != Path(self.root):
                folder.rmdir()
                folder = folder.parent

    @contextmanager
    def being_read(self) -> Iterator[None]:
        """While somebody reads, files that were replaced stay. A bucket keeps them one run longer."""
        gate = Path(self.root, MARK)
        if not self.is_local or not gate.exists():
            yield
            return
        with self.told(), gate.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_SH)
            yield

    @contextmanager
    def unread(self) -> Iterator[bool]:
        """Whether nobody reads, and while the block lasts nobody begins."""
        if not self.is_local:
            yield False
            return
        with self.told(), Path(self.root, MARK).open("ab") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                nobody_reads = True
            except BlockingIOError:
                nobody_reads = False
            yield nobody_reads

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in a sentence what the storage refuses; FileNotFoundError goes through."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as problem:
            raise Refusal(self._sentence(problem)) from problem

    def _sentence(self, problem: OSError) -> str:
        if self.is_local:
            why = problem.strerror or str(problem)
            return f"数据湖 {self.place} 读写不了：{why}。请检查文件夹的权限和磁盘空间。"
        words = " ".join(str(problem).split())[:300]
        return (
            f"数据湖 {self.place} 读写不了：{words}。请检查 HUIBAN_LAKE、HUIBAN_LAKE_ENDPOINT"
            " 和 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY。"
        )


# Readers and writers on one disk meet at this file.
MARK = ".lake"


def storage_at(place: str, endpoint: str = "") -> Storage:
    """The storage that a setting names: a folder, or s3://BUCKET/PREFIX at an endpoint.

    Raises Refusal for any other scheme.
    """
    parts = urlsplit(place)
    if parts.scheme == "s3" and parts.netloc:
        return _bucket(place, parts.netloc, parts.path.strip("/"), endpoint)
    if "://" in place:
        raise Refusal(
            f"数据湖的位置“{place}”看不懂。请写成文件夹，或 s3://桶/前缀，"
            "并用 HUIBAN_LAKE_ENDPOINT 写明存储服务的地址。"
        )
    from pyarrow import fs

    folder = Path(place).resolve()
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"数据湖的位置 {folder} 是一个文件。请换成文件夹。")
    return Storage(str(folder), fs.LocalFileSystem(), str(folder), is_local=True)


def _bucket(place: str, bucket: str, prefix: str, endpoint: str) -> Storage:
    from pyarrow import fs

    where = urlsplit(endpoint)
    if endpoint and (where.scheme not in ("http", "https") or not where.netloc):
        raise Refusal(
            f"HUIBAN_LAKE_ENDPOINT 写得不对：{endpoint}。应当像 https://storage.example.cn:9000。"
        )
    options: dict[str, Any] = {"region": os.environ.get("AWS_REGION") or "us-east-1"}
    if endpoint:
        options |= {"endpoint_override": where.netloc, "scheme": where.scheme}
    files = fs.S3FileSystem(
        connect_timeout=CONNECT_SECONDS,
        request_timeout=ANSWER_SECONDS,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        **options,
    )
    return Storage(place, files, str(PurePosixPath(bucket, prefix)), is_local=False)


def _write_whole(path: Path, content: Any) -> None:
    try:
        _write_once(path, content)
    except FileNotFoundError:
        # Another installation that removed its last file took the folder away while it was empty.
        _write_once(path, content)


def _write_once(path: Path, content: Any) -> None:
    _make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each known to its parent for good."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
