"""Several tables written together, and the refused rows beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

from huiban.cli.outcomes import WrongUse, say
from huiban.kernel.base import clock
from huiban.kernel.base.tables import Table
from huiban.modules.supervision.logs.reading import Refused

REFUSALS_SAID = 20

Written = tuple[Path, Sequence[str], Iterable[Sequence[object]]]
"""Where a table goes, its header and its rows."""


def write_all(tables: Sequence[Written]) -> None:
    """Write all tables or none. Raises WrongUse where a folder can't be written."""
    with ExitStack() as drafts:
        for path, header, rows in tables:
            draft = draft_of(path)
            drafts.callback(forget, draft)
            try:
                if path.is_dir():
                    raise IsADirectoryError(0, "这是文件夹")
                with draft.open("w", encoding="utf-8", newline="") as file:
                    writer = csv.writer(file)
                    writer.writerow(header)
                    writer.writerows(rows)
            except OSError as error:
                raise unwritable(path, error) from error
        for path, _header, _rows in tables:
            draft_of(path).replace(path)


def draft_of(path: Path) -> Path:
    """Where a file is written before it has its name."""
    return path.with_name(f"{path.name}.new")


def forget(draft: Path) -> None:
    """Remove a draft, if it is there."""
    with suppress(OSError):
        draft.unlink()


def unwritable(path: Path, error: OSError) -> WrongUse:
    """What is said of a file that can't be written."""
    return WrongUse(
        f"写不了“{path}”（{error.strerror or error}）。请换一个能写的文件夹。", "output"
    )


class RefusedRows:
    """Refused rows: the first ones are said, all go to a file beside the output, as they stood.

    The file is made with the first such row, and kept only if the rest could be written too.
    """

    def __init__(self, output: Path, table: Table) -> None:
        stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
        self._path = output.with_name(f"{output.name.split('.')[0]}-{stamp}-refused.csv")
        self._draft = draft_of(self._path)
        names = {place: name for name, place in table.columns.items()}
        self._header = ["行号", "原因", *(names.get(place, "") for place in range(table.width))]
        self._file: IO[str] | None = None
        self._writer: Any = None
        self.count = 0

    def __enter__(self) -> RefusedRows:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._file:
            self._file.close()
            forget(self._draft)

    def add(self, row: Refused) -> None:
        """Say it, if few were said before, and write it down. Raises WrongUse where that fails."""
        self.count += 1
        if self.count <= REFUSALS_SAID:
            say(f"huiban: 第{row.number}行没有算：{row.reason}")
        try:
            if self._file is None:
                self._begin()
            self._writer.writerow([row.number, row.reason, *row.cells])
        except OSError as error:
            raise unwritable(self._path, error) from error

    def _begin(self) -> None:
        # With a mark at the beginning, so that Excel takes it for UTF-8.
        self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(self._header)

    def keep(self) -> None:
        """All is done: the file gets its name, which is said."""
        if self._file is None:
            return
        try:
            self._file.close()
            self._draft.replace(self._path)
        except OSError as error:
            raise unwritable(self._path, error) from error
        say(f"huiban: 没有算的{self.count}行写在 {self._path}")
