"""Whether the lake is whole: each file that a manifest names is there and is what it was."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from huiban.kernel.base.errors import Refusal

from .manifest import BrokenManifest, Manifest, Part, load
from .names import (
    MANIFESTS,
    TABLES,
    going_path,
    is_going,
    lake_of_manifest,
    lake_of_part,
    manifest_path,
)
from .parts import CHANGED
from .storage import Storage

AT_ONCE = 4
SAID = 5


@dataclass(frozen=True)
class Fault:
    """A file that isn't what the manifest says, and why."""

    part: Part
    why: str

    @property
    def sentence(self) -> str:
        """In words, with the partition it belongs to."""
        return f"{self.part.path}：{self.why}"


def manifests(storage: Storage) -> list[Manifest]:
    """The manifests of all installations that share the lake.

    Raises Refusal where there is none, or one that can't be read.
    """
    there = sorted(storage.listed(MANIFESTS))
    if paths := [path for path in there if lake_of_manifest(path)]:
        return [load(path, storage.read(path)) for path in paths]
    if any(map(is_going, there)):
        raise Refusal(
            f"数据湖 {storage.place} 第一遍还没有写完，现在不能用。请等 huiban lake export 结束；"
            "如果它中断了，请再运行一次，会接着写。"
        )
    lonely = next((path for path in storage.listed("") if lake_of_part(path)), "")
    if lonely:
        raise Refusal(
            f"数据湖 {storage.place} 的清单 manifests/{lake_of_part(lonely)}.json 不见了，"
            f"文件还在（例如 {lonely}）。请在写它的那台机器上运行 huiban lake export，会重新写好。"
        )
    raise Refusal(
        f"{storage.place} 不是数据湖：里面没有清单 manifests/*.json。"
        "请先运行 huiban lake export，或用 --lake 指明数据湖的位置。"
    )


def manifest_of(storage: Storage, lake: str) -> Manifest:
    """The installation's own manifest; an empty one where there is none yet.

    Raises BrokenManifest for one that can't be read.
    """
    try:
        return load(manifest_path(lake), storage.read(manifest_path(lake)))
    except FileNotFoundError:
        return Manifest(lake)


def going_of(storage: Storage, lake: str) -> Manifest | None:
    """How far the installation has come with what doesn't count yet; None where nothing is under way."""
    path = going_path(lake)
    try:
        text = storage.read(path)
    except FileNotFoundError:
        return None
    try:
        return load(path, text)
    except Refusal:
        # Another program's, or damaged: what it tells of is written again.
        return None


def faults(storage: Storage, parts: Iterable[Part], *, thoroughly: bool) -> list[Fault]:
    """Which of these files are missing or aren't what was written; by content, if thoroughly."""
    wanted = list(parts)
    there = {path: size for table in TABLES for path, size in storage.listed(table).items()}
    found = [Fault(part, why) for part in wanted if (why := _by_size(part, there))]
    if not thoroughly:
        return found
    bad = {fault.part.path for fault in found}
    rest = [part for part in wanted if part.path not in bad]
    with ThreadPoolExecutor(AT_ONCE) as workers:
        sums = workers.map(lambda part: _sum(storage, part), rest)
        found += [
            Fault(part, CHANGED)
            for part, sum_ in zip(rest, sums, strict=True)
            if sum_ != part.sha256
        ]
    return sorted(found, key=lambda fault: fault.part.path)


def refuse_broken(storage: Storage, found: list[Fault]) -> None:
    """Raise Refusal that names the broken files, if there are any."""
    if not found:
        return
    lines = "；".join(fault.sentence for fault in found[:SAID])
    more = f"；还有{len(found) - SAID}个" if len(found) > SAID else ""
    raise Refusal(
        f"数据湖 {storage.place} 有{len(found)}个文件坏了：{lines}{more}。"
        "请运行 huiban lake export，会按日志重写这些分区。"
    )


def unnamed(storage: Storage, named: Iterable[Manifest]) -> list[str]:
    """Files of the tables that none of these manifests names, though the installation has one.

    What a run has written that goes on isn't among them.
    """
    known = list(named)
    lakes = {one.lake for one in known}
    known += [going for lake in sorted(lakes) if (going := going_of(storage, lake)) is not None]
    kept = {path for one in known for path in one.parts}
    there = (path for table in TABLES for path in storage.listed(table))
    return sorted(path for path in there if lake_of_part(path) in lakes and path not in kept)


def _by_size(part: Part, there: dict[str, int]) -> str:
    if part.path not in there:
        return "文件不见了"
    if there[part.path] != part.bytes:
        return f"大小是{there[part.path]}字节，应是{part.bytes}字节"
    return ""


def _sum(storage: Storage, part: Part) -> str:
    try:
        return storage.sha256(part.path)
    except (FileNotFoundError, Refusal):
        return ""


__all__ = [
    "BrokenManifest",
    "Fault",
    "faults",
    "going_of",
    "manifest_of",
    "manifests",
    "refuse_broken",
    "unnamed",
]
