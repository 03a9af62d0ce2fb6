"""How far an export has come, apart from what counts for readers.

What readers see changes once, when everything is written. Until then each step is kept in a file of
the same form that no reader takes for a manifest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from huiban.kernel.base.errors import Refusal

from ..checking import BrokenManifest, going_of, manifest_of
from ..manifest import Manifest
from ..names import going_path, manifest_path
from ..storage import Storage


class Progress:
    """`published` is what readers see; `manifest` what there will be, as far as it has come."""

    def __init__(
        self, storage: Storage, lake: str, told_as: str, say: Callable[[str], None]
    ) -> None:
        self._storage, self._lake, self._told_as, self._say = storage, lake, told_as, say
        self.published = self.manifest = Manifest(lake)
        self._is_readable = True

    def begin(self, is_of_this_log: Callable[[Manifest], bool]) -> None:
        """Take up what an export left that was broken off, else what is published, else nothing.

        Raises Refusal where that is of another log.
        """
        self._read_published()
        self.manifest = self._beginning()
        going = going_of(self._storage, self._lake)
        if going is not None and self._goes_on(going) and is_of_this_log(going):
            self.manifest = going
            self._say(f"接着上次没写完的往后写，从第{going.events}条起。")
            return
        self._storage.remove(going_path(self._lake))
        if not is_of_this_log(self.manifest):
            raise Refusal(
                f"数据湖 {self._storage.place} 写到第{self.manifest.events}条，和现在的办理记录对不上"
                "（多半是从备份恢复过）。请把数据湖移走，再运行 huiban lake export 从头写。"
            )

    def keep(self, changed: Manifest) -> None:
        """Let this be how far it has come. Readers see nothing of it."""
        if changed != self.manifest:
            self._storage.write(going_path(self._lake), changed.dump())
            self.manifest = changed

    def publish(self) -> None:
        """Let readers see all of it at once."""
        if not self._is_readable or self.manifest != self.published:
            self._storage.write(manifest_path(self._lake), self.manifest.dump())
            self.published, self._is_readable = self.manifest, True
        self._storage.remove(going_path(self._lake))

    def _read_published(self) -> None:
        try:
            self.published = manifest_of(self._storage, self._lake)
        except BrokenManifest as problem:
            self._say(f"{problem.message} 现在从头写。")
            self._is_readable = False

    def _beginning(self) -> Manifest:
        """What is published, if it can be added to; else nothing, in files of other names."""
        known = self.published
        if known.parts and known.shape != self._told_as:
            self._say("程序更新后列不一样了，数据湖从头写；写完以前读到的还是原来的。")
            return Manifest(self._lake, self._told_as, generation=known.generation + 1)
        return replace(known, shape=self._told_as)

    def _goes_on(self, going: Manifest) -> bool:
        """Whether that stands on what is published. An older program may have gone on without it."""
        return going.shape == self._told_as and going.events >= self.manifest.events
