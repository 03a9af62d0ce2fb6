"""The file that a backup is: whole and as it was written, or refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from huiban.cli.operations.archive import ABOUT, SUMS, About, ArchiveWriter, unpack
from huiban.cli.outcomes import WrongUse
from huiban.kernel.base.errors import Refusal

ABOUT_ONE = About("sqlite", "huiban 0", "2026-05-08T01:30:00+00:00", "0" * 16, [], {})
PHOTO = "files/ab/cd/abcd.jpg"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path, source = tmp_path / "a.tar.gz", tmp_path / "source"
    source.write_bytes(b"some bytes of a photo")
    with ArchiveWriter(path) as writer:
        writer.add_about(ABOUT_ONE)
        writer.add_file(PHOTO, source)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "unpacked"
    path.mkdir()
    return path


def test_what_was_put_in_comes_out(archive: Path, folder: Path) -> None:
    assert unpack(archive, folder) == ABOUT_ONE
    assert (folder / PHOTO).read_bytes() == b"some bytes of a photo"
    assert archive.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="the program isn't on this machine")
def test_it_can_be_checked_by_hand(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "xzf", archive, "-C", folder], check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=folder, check=True)


def test_a_name_that_is_taken_is_never_overwritten(archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(Refusal, match="不会被覆盖"), ArchiveWriter(archive):
        pass
    assert archive.read_bytes() == before


def test_a_name_that_is_taken_meanwhile_isn_t_either(tmp_path: Path) -> None:
    path = tmp_path / "b.tar.gz"
    writer = ArchiveWriter(path).__enter__()
    writer.add_about(ABOUT_ONE)
    path.write_bytes(b"another one's")
    with pytest.raises(FileExistsError):
        writer.__exit__(None, None, None)
    assert path.read_bytes() == b"another one's"


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError),
        ArchiveWriter(tmp_path / "b.tar.gz") as writer,
    ):
        writer.add_file(PHOTO, tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_cut_off_is_refused(archive: Path, folder: Path) -> None:
    whole = archive.read_bytes()
    for length in (0, 10, len(whole) // 3, len(whole) // 2):
        archive.write_bytes(whole[:length])
        with pytest.raises(Refusal, match=r"完整|清单"):
            unpack(archive, folder)
        shutil.rmtree(folder)
        folder.mkdir()


def test_a_list_that_never_came_is_missed(archive: Path, folder: Path) -> None:
    rewrite(archive, leave_out=SUMS)
    with pytest.raises(Refusal, match="没有校验清单"):
        unpack(archive, folder)


def test_one_changed_byte_is_refused(archive: Path, folder: Path) -> None:
    rewrite(archive, change={PHOTO: b"some bytes of A photo"})
    with pytest.raises(Refusal, match=PHOTO):
        unpack(archive, folder)


def test_a_member_that_is_gone_is_missed(archive: Path, folder: Path) -> None:
    rewrite(archive, leave_out=PHOTO)
    with pytest.raises(Refusal, match=PHOTO):
        unpack(archive, folder)


@pytest.mark.parametrize(
    "name",
    ["../escaped", "/tmp/escaped", "files/../../escaped", "files/.hidden", "surplus", "tables/a/b"],
)
def test_a_name_that_leads_elsewhere_is_refused(
    archive: Path, folder: Path, tmp_path: Path, name: str
) -> None:
    rewrite(archive, add={name: b"x"})
    with pytest.raises(Refusal, match="不该有"):
        unpack(archive, folder)
    assert not (tmp_path / "escaped").exists()


def test_a_link_is_refused(archive: Path, folder: Path) -> None:
    link = tarfile.TarInfo("files/ab/cd/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(link)
    with pytest.raises(Refusal, match="不该有"):
        unpack(archive, folder)


def test_another_format_is_refused(archive: Path, folder: Path) -> None:
    told = b'{"engine": "sqlite", "made_by": "", "made_at": "", "keys": "", "migrations": [],'
    rewrite(archive, change={ABOUT: told + b'"tables": {}, "format": 99}'}, sum_up=True)
    with pytest.raises(Refusal, match="99"):
        unpack(archive, folder)


def test_a_file_that_isn_t_an_archive_is_refused(tmp_path: Path, folder: Path) -> None:
    for number, content in enumerate((b"plain text", gzip.compress(b"plain text"))):
        path = tmp_path / f"no{number}"
        path.write_bytes(content)
        with pytest.raises(Refusal, match=r"不是完整的备份|没有校验清单"):
            unpack(path, folder)
    with pytest.raises(WrongUse, match="打不开"):
        unpack(tmp_path / "nowhere", folder)


def rewrite(
    archive: Path,
    *,
    change: dict[str, bytes] | None = None,
    add: dict[str, bytes] | None = None,
    leave_out: str = "",
    sum_up: bool = False,
) -> None:
    """Write the archive anew with other members, its list as it was unless `sum_up`."""
    with tarfile.open(archive) as tar:
        members = {
            entry.name: file.read() for entry in tar if (file := tar.extractfile(entry)) is not None
        }
    sums = members.pop(SUMS)
    members |= (change or {}) | (add or {})
    if sum_up:
        sums = "".join(
            f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members.items()
        ).encode()
    members[SUMS] = sums
    members.pop(leave_out, None)
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
