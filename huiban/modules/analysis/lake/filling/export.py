"""The export: follows the log from where the lake's manifest stands, and mends what is broken.

Events, cases and units become part of the lake in one step, when the manifest that names their files
takes the place of the one before. A run that is killed leaves the lake as it was; the next one goes
on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import pyarrow as pa

from huiban.kernel.base.measures import TALLIES
from huiban.kernel.events.pump import give_positions
from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.position import position

from ..checking import Fault, faults, unnamed
from ..columns import schema, shape
from ..manifest import Manifest, Part
from ..names import CASES, EVENTS, UNITS, Partition
from ..parts import CHANGED, BrokenPart, by_partition, read_part, write_part
from ..storage import Storage
from .casefiles import write_cases
from .events import Teller
from .progress import Progress
from .raw import events_between, hash_at
from .references import references
from .units import told_units

# Positions in a stretch: what is lost at most when the power fails, and held in memory.
STRETCH = 500_000
# A partition's last file takes in what comes next while it has fewer rows.
SMALL = 200_000
FOLD_AT_ONCE = 10_000

Come = dict[Partition, list[pa.Table]]
"""Rows that came, by the partition they belong to, in the order of the log."""
Waiting = tuple[int, str, Future[Manifest]]
"""A stretch that is being written: its last position, the hash there, and what the lake then is."""


@dataclass
class Outcome:
    """What an export did."""

    events: int = 0
    cases: int = 0
    mended: int = 0
    position: int = 0


def export(
    storage: Storage, lake: str, say: Callable[[str], None], *, thoroughly: bool | None = None
) -> Outcome:
    """Bring the lake up to the log's end. The caller sees to it that only one does so at a time.

    A file on a local disk is read again before it counts as whole; in a bucket its size has to do,
    unless the caller asks for more or what it holds is to be written anew. Raises Refusal for the
    lake of another log.
    """
    return _Export(storage, lake, say).run(storage.is_local if thoroughly is None else thoroughly)


class _Export:
    def __init__(self, storage: Storage, lake: str, say: Callable[[str], None]) -> None:
        self._storage, self._lake, self._say = storage, lake, say
        self._outcome = Outcome()

    def run(self, thoroughly: bool) -> Outcome:
        upto = _settled()
        self._names = references()
        told_as = f"{shape()}-{TALLIES['voice.case'].version}"
        self._progress = Progress(self._storage, self._lake, told_as, self._say)
        self._progress.begin(lambda manifest: _is_of_this_log(manifest, upto))
        if self._manifest.events:
            # Not before there is something: files whose manifest was lost stay until they are replaced.
            self._sweep(at_once=not self._storage.is_local)
        self._find_broken(thoroughly)
        self._mend_events()
        self._follow(upto)
        self._tell_cases(upto)
        self._tell_units(upto)
        self._progress.publish()
        self._sweep(at_once=False)
        self._outcome.position = upto
        return self._outcome

    @property
    def _manifest(self) -> Manifest:
        return self._progress.manifest

    def _sweep(self, *, at_once: bool) -> None:
        """Remove our files that our manifest doesn't name; only where nobody reads, if it can wait."""
        with self._storage.unread() as nobody_reads:
            if not (nobody_reads or at_once):
                return
            self._storage.remove_drafts(self._lake)
            for path in unnamed(self._storage, [self._progress.published]):
                self._storage.remove(path)

    # ---- mending

    def _find_broken(self, thoroughly: bool) -> None:
        found = faults(self._storage, self._manifest.parts.values(), thoroughly=thoroughly)
        for fault in found:
            self._say_broken(fault)
        self._broken = [fault.part for fault in found]

    def _say_broken(self, fault: Fault) -> None:
        self._say(f"{fault.sentence}，正在重写")
        self._outcome.mended += 1

    def _mend_events(self) -> None:
        """Write broken files of events again, each from its stretch of the log."""
        for part in self._broken:
            if part.table == EVENTS:
                again = self._write(part.partition, self._rows_again(part))
                self._progress.keep(self._manifest.with_parts([again], go=[part]))

    def _rows_again(self, part: Part) -> list[pa.Table]:
        """The rows of a file of events, out of the log."""
        told = self._told(part.first - 1, part.last, _key_of(part.district))
        return [rows for pairs in told for where, rows in pairs if where == part.partition]

    # ---- events

    def _follow(self, upto: int) -> None:
        """Add the stretches one by one; while one is read the one before it is written."""
        with ThreadPoolExecutor(1) as writer:
            waiting: Waiting | None = None
            for before in range(self._manifest.events, upto, STRETCH):
                last = min(before + STRETCH, upto)
                come = self._read(before, last)
                self._finish(waiting)
                # From now on what is written stands on what was just kept.
                replaced = self._taking_in(come)
                waiting = last, hash_at(last), writer.submit(self._grown, come, replaced)
            self._finish(waiting)

    def _finish(self, waiting: Waiting | None) -> None:
        if waiting is not None:
            last, anchor, written = waiting
            self._progress.keep(replace(written.result(), events=last, anchor=anchor))
            self._say(f"已导出到第{last}条")

    def _read(self, before: int, last: int) -> Come:
        come: Come = {}
        for told in self._told(before, last):
            for partition, rows in told:
                self._outcome.events += rows.num_rows
                come.setdefault(partition, []).append(rows)
        return come

    def _taking_in(self, come: Come) -> list[Part]:
        """The small files whose rows now lead what came, and which the new files replace."""
        lasts = [part for partition in come for part in self._manifest.of(partition)[-1:]]
        small = [part for part in lasts if part.rows < SMALL]
        for part in small:
            come[part.partition][:0] = self._rows_of(part)
        return small

    def _rows_of(self, part: Part) -> list[pa.Table]:
        try:
            return [read_part(self._storage, part)]
        except BrokenPart:
            self._say_broken(Fault(part, CHANGED))
            return self._rows_again(part)

    def _grown(self, come: Come, replaced: list[Part]) -> Manifest:
        written = [self._write(partition, rows) for partition, rows in sorted(come.items())]
        return self._manifest.with_parts(written, go=replaced)

    def _told(
        self, before: int, last: int, district: str = ""
    ) -> Iterator[list[tuple[Partition, pa.Table]]]:
        """The told rows by partition: while one batch is read the one before it is told."""
        teller = Teller(self._names)

        def tell(raw: pa.Table) -> list[tuple[Partition, pa.Table]]:
            return list(by_partition(EVENTS, teller.told(raw)))

        with ThreadPoolExecutor(1) as worker:
            waiting = None
            for raw in events_between(before, last, district):
                telling = worker.submit(tell, raw)
                if waiting is not None:
                    yield waiting.result()
                waiting = telling
            if waiting is not None:
                yield waiting.result()

    def _write(self, partition: Partition, tables: Iterable[pa.Table]) -> Part:
        names = schema(EVENTS).names
        rows = pa.concat_tables([table.select(names) for table in tables])
        span = rows["position"][0].as_py(), rows["position"][-1].as_py()
        label = self._manifest.label(f"{span[0]}-{span[1]}")
        return write_part(self._storage, partition, label, self._lake, rows, span)

    # ---- cases and units

    def _tell_cases(self, upto: int) -> None:
        broken = {part.partition for part in self._broken if part.table == CASES}
        told = write_cases(self._storage, self._manifest, self._names, upto, broken)
        for part in told.broken:
            self._say_broken(Fault(part, CHANGED))
        self._outcome.cases = told.cases
        self._progress.keep(replace(self._manifest.with_parts(told.come, told.go), cases=upto))

    def _tell_units(self, upto: int) -> None:
        rows = told_units()
        partition = Partition(UNITS)
        before = self._manifest.of(partition)
        digest = hashlib.sha256(repr(rows.to_pylist()).encode()).hexdigest()[:12]
        label = self._manifest.label(digest)
        is_told = [part.path for part in before] == [partition.part(label, self._lake)]
        if is_told and not set(before) & set(self._broken):
            return
        part = write_part(self._storage, partition, label, self._lake, rows, (upto, upto))
        self._progress.keep(self._manifest.with_parts([part], go=before))


def _settled() -> int:
    """Give what happened its place in the log, count it, and say up to where."""
    while give_positions():
        pass
    fold_all(FOLD_AT_ONCE)
    return position()


def _is_of_this_log(manifest: Manifest, upto: int) -> bool:
    """Whether what it tells of is what the log holds."""
    return not manifest.events or (
        manifest.events <= upto and hash_at(manifest.events) == manifest.anchor
    )


def _key_of(district: str) -> str:
    """The identifier of a district; "" where the code is of none, so that all is read."""
    found = Unit.objects.filter(code=district).values_list("pk", flat=True).first()
    return str(found) if found else ""
